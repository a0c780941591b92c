import { type ChildProcess, fork } from 'node:child_process';
import { request as httpRequest } from 'node:http';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { HttpReply } from '../../endpoint/http.ts';

/** A Kinesis server for one account and region. Only the local AWS can reach it. */
export interface KinesisServer {
  /** Hands a request on, as it was signed, and its answer back. */
  send(headers: Readonly<Record<string, string | undefined>>, body: string): Promise<HttpReply>;
}

/** One Kinesis server process for each account and region, started on first use. */
export class KinesisServers {
  readonly #folder: string;
  readonly #guard: (child: ChildProcess) => void;
  readonly #processes: ChildProcess[] = [];
  readonly #servers = new Map<string, Promise<KinesisServer>>();

  /**
   * @param folder for the servers' sockets
   * @param guard called with each process, to end it if this one is killed
   */
  constructor(folder: string, guard: (child: ChildProcess) => void = () => {}) {
    this.#folder = folder;
    this.#guard = guard;
  }

  get(account: string, region: string): Promise<KinesisServer> {
    const key = `${account}-${region}`;
    let server = this.#servers.get(key);
    if (server === undefined) {
      // A short name: the path of a socket may have about 100 characters.
      server = this.#start(account, region, join(this.#folder, `k${this.#servers.size}`));
      this.#servers.set(key, server);
    }
    return server;
  }

  async close(): Promise<void> {
    await Promise.all(this.#processes.map(stop));
  }

  async #start(account: string, region: string, socketPath: string): Promise<KinesisServer> {
    const child = fork(fileURLToPath(new URL('./kinesis-process.ts', import.meta.url)), [socketPath], {
      env: { AWS_ACCOUNT_ID: account, AWS_REGION: region },
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    this.#processes.push(child);
    this.#guard(child);
    await new Promise<void>((resolve, reject) => {
      child.once('message', () => resolve());
      child.once('exit', (code) =>
        reject(new Error(`The Kinesis server of ${account} ${region} ended with ${code}`)),
      );
    });
    return { send: (headers, body) => send(socketPath, headers, body) };
  }
}

function send(
  socketPath: string,
  { host: _, ...headers }: Readonly<Record<string, string | undefined>>,
  body: string,
): Promise<HttpReply> {
  const forwarded = Object.entries(headers).filter(
    ([name, value]) => value !== undefined && !name.startsWith(':'),
  );
  const length = String(Buffer.byteLength(body));
  return new Promise((resolve, reject) => {
    const request = httpRequest(
      {
        socketPath,
        method: 'POST',
        path: '/',
        headers: { ...Object.fromEntries(forwarded), connection: 'keep-alive', 'content-length': length },
      },
      (response) => {
        const parts: Buffer[] = [];
        response.on('data', (part: Buffer) => parts.push(part));
        response.once('error', reject);
        response.once('end', () => {
          resolve({
            status: response.statusCode ?? 500,
            headers: { 'content-type': response.headers['content-type'] ?? 'application/x-amz-json-1.1' },
            body: Buffer.concat(parts),
          });
        });
      },
    );
    request.once('error', reject);
    request.end(body);
  });
}

function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve();
  return new Promise((resolve) => {
    child.once('exit', () => resolve());
    child.kill('SIGKILL');
  });
}
