import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { TrafficView } from '../traffic.ts';
import { buildPage } from './build-page.ts';

export interface PageOptions {
  /** 0 for any free one. */
  port: number;
  view: () => TrafficView;
  /** Names of accounts, by number. */
  accountNames: () => ReadonlyMap<string, string>;
}

export interface PageServer {
  url: string;
  close(): Promise<void>;
}

/** What the page gets each time something changed. */
export interface PageView extends TrafficView {
  accountNames: Record<string, string>;
}

const HOST = '127.0.0.1';
/** Between two checks of the traffic, in ms. */
const LOOK_MS = 500;

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
export async function startPage(options: PageOptions): Promise<PageServer> {
  const files = await buildPage();
  const listeners = new Set<ServerResponse>();
  let sent = '';

  const current = () => {
    const accountNames = Object.fromEntries(options.accountNames());
    return { ...options.view(), accountNames } satisfies PageView;
  };
  const look = () => {
    if (listeners.size === 0) return;
    const view = current();
    // A view in which only the time differs is not sent.
    const state = JSON.stringify({ ...view, at: 0 });
    if (state === sent) return;
    sent = state;
    for (const listener of listeners) listener.write(eventOf(view));
  };

  const answer = (request: IncomingMessage, response: ServerResponse) => {
    const refusal = refusalOf(request, port());
    if (refusal !== undefined) {
      response.writeHead(refusal.status, HEADERS).end(`${refusal.reason}\n`);
      return;
    }
    const path = (request.url ?? '/').split('?')[0] ?? '/';
    if (path === '/events') {
      response.writeHead(200, { ...HEADERS, 'content-type': 'text/event-stream' });
      response.write(eventOf(current()));
      listeners.add(response);
      response.once('close', () => listeners.delete(response));
      return;
    }
    const file = files.get(path);
    if (file === undefined) response.writeHead(404, HEADERS).end('There is nothing here\n');
    else response.writeHead(200, { ...HEADERS, 'content-type': file.type }).end(file.text);
  };

  const server = createServer(answer);
  const port = () => (server.address() as AddressInfo).port;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port, HOST, resolve);
  });
  const timer = setInterval(look, LOOK_MS);
  return {
    url: `http://${HOST}:${port()}`,
    async close() {
      clearInterval(timer);
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function eventOf(view: PageView): string {
  return `data: ${JSON.stringify(view)}\n\n`;
}

/**
 * A page of another site may resolve its own name to 127.0.0.1 (DNS rebinding): the `Host` header shows which name the
 * browser asked for.
 */
function refusalOf(
  { headers, method }: IncomingMessage,
  port: number,
): { status: number; reason: string } | undefined {
  const allowed = [`${HOST}:${port}`, `localhost:${port}`];
  if (!allowed.includes(headers.host ?? ''))
    return { status: 403, reason: `This page is served only at ${allowed.join(' and ')}` };
  const site = headers['sec-fetch-site'];
  const opens = headers['sec-fetch-mode'] === 'navigate';
  if (site === 'cross-site' && !opens) return { status: 403, reason: 'Other sites may not read this page' };
  if (method !== 'GET' && method !== 'HEAD') return { status: 405, reason: 'The page is read-only' };
  return undefined;
}
