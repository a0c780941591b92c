import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { CommandFailure } from '../../../terminal/command-failure.ts';
import type { PageView } from '../page-view.ts';
import { createEvents } from './events.ts';
import { readPageFiles } from './page-files.ts';
import { HOST, refusalOf } from './refusal.ts';

export interface PageOptions {
  /** 0 for any free one. */
  port: number;
  view: () => PageView;
}

export interface PageServer {
  url: string;
  /** Resolves as soon as a browser has the page open, or the signal is aborted. */
  watched(signal: AbortSignal): Promise<void>;
  close(): Promise<void>;
}

/** The page loads everything from this server; no other page may embed or read it. */
const HEADERS = {
  'cache-control': 'no-store',
  'content-security-policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
};

/** Serves the page, to this machine only. */
export async function startPage({ port: wanted, view }: PageOptions): Promise<PageServer> {
  const files = await readPageFiles();
  const events = createEvents(view);
  const answer = (request: IncomingMessage, response: ServerResponse) => {
    const refusal = refusalOf(request, port());
    if (refusal !== undefined) {
      response.writeHead(refusal.status, HEADERS).end(`${refusal.reason}\n`);
      return;
    }
    const path = (request.url ?? '/').split('?')[0] ?? '/';
    if (path === '/events') {
      response.writeHead(200, { ...HEADERS, 'content-type': 'text/event-stream' });
      events.add(response);
      return;
    }
    const file = files.get(path);
    if (file === undefined) response.writeHead(404, HEADERS).end('There is nothing here\n');
    else response.writeHead(200, { ...HEADERS, 'content-type': file.type }).end(file.text);
  };

  const server = createServer(answer);
  const port = () => (server.address() as AddressInfo).port;
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => reject(listenFailure(error, wanted)));
    server.listen(wanted, HOST, resolve);
  });
  return {
    url: `http://${HOST}:${port()}`,
    watched: events.watched,
    async close() {
      events.close();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function listenFailure(error: NodeJS.ErrnoException, port: number): Error {
  if (error.code === 'EADDRINUSE')
    return new CommandFailure(`Port ${port} is in use. Choose another with --ui, or 0 for any free one`);
  if (error.code === 'EACCES')
    return new CommandFailure(`Port ${port} needs more rights. Choose one above 1023 with --ui`);
  return error;
}
