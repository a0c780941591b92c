import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { request as httpRequest, type IncomingMessage } from 'node:http';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import type { HttpReply } from '../../endpoint/http.ts';

/** Hands a request on to a Kinesis server, as it was signed, and its answer back. Only the local AWS can reach the server. */
export type SendToKinesis = (
  headers: Readonly<Record<string, string | undefined>>,
  body: string,
) => Promise<HttpReply>;

export type KinesisServers = ReturnType<typeof createKinesisServers>;

/**
 * One Kinesis server process for each account and region, started on first use.
 *
 * @param folder for the servers' sockets
 * @param guard called with each process, to end it if this one is killed
 */
export function createKinesisServers(folder: string, guard: (child: ChildProcess) => void = () => {}) {
  const processes: ChildProcess[] = [];
  const servers = new Map<string, Promise<SendToKinesis>>();

  const start = async (account: string, region: string, socketPath: string): Promise<SendToKinesis> => {
    const child = fork(fileURLToPath(new URL('./kinesis-process.ts', import.meta.url)), [socketPath], {
      env: { AWS_ACCOUNT_ID: account, AWS_REGION: region },
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    processes.push(child);
    guard(child);
    const ended = once(child, 'exit').then(([code]) => {
      throw new Error(`The Kinesis server of ${account} ${region} ended with ${code}`);
    });
    await Promise.race([once(child, 'message'), ended]);
    return (headers, body) => send(socketPath, headers, body);
  };

  return {
    get(account: string, region: string) {
      const key = `${account}-${region}`;
      // A short name: the path of a socket may have about 100 characters.
      const server = servers.get(key) ?? start(account, region, join(folder, `k${servers.size}`));
      servers.set(key, server);
      return server;
    },
    close: async () => void (await Promise.all(processes.map(stop))),
  };
}

async function send(
  socketPath: string,
  { host: _, ...headers }: Readonly<Record<string, string | undefined>>,
  body: string,
): Promise<HttpReply> {
  const forwarded = Object.entries(headers).filter(
    ([name, value]) => value !== undefined && !name.startsWith(':'),
  );
  const length = String(Buffer.byteLength(body));
  const request = httpRequest({
    socketPath,
    method: 'POST',
    path: '/',
    headers: { ...Object.fromEntries(forwarded), connection: 'keep-alive', 'content-length': length },
  });
  request.end(body);
  const [response] = (await once(request, 'response')) as [IncomingMessage];
  return {
    status: response.statusCode ?? 500,
    headers: { 'content-type': response.headers['content-type'] ?? 'application/x-amz-json-1.1' },
    body: await buffer(response),
  };
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill('SIGKILL');
  await ended;
}
