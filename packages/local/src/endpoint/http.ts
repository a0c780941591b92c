import type { IncomingMessage, ServerResponse } from 'node:http';
import { buffer } from 'node:stream/consumers';

export interface HttpRequest {
  method: string;
  /** Percent-encoded as it was sent, without the query. */
  path: string;
  query: URLSearchParams;
  /** Lower-case names; repeated ones joined by a comma. */
  headers: Readonly<Record<string, string | undefined>>;
  body: Buffer;
}

export interface HttpReply {
  status: number;
  headers?: Record<string, string>;
  body?: string | Buffer;
}

/** Reads a complete request, of HTTP/1.1 or HTTP/2. */
export async function readRequest(message: IncomingMessage): Promise<HttpRequest> {
  const body = await buffer(message);
  const url = message.url ?? '/';
  const cut = url.indexOf('?');
  const headers: Record<string, string | undefined> = {};
  for (const [name, value] of Object.entries(message.headers))
    headers[name] = Array.isArray(value) ? value.join(',') : value;
  // What HTTP/2 calls :authority is signed as host.
  headers.host ??= headers[':authority'];
  return {
    method: message.method ?? 'GET',
    path: cut === -1 ? url : url.slice(0, cut),
    query: new URLSearchParams(cut === -1 ? '' : url.slice(cut + 1)),
    headers,
    body,
  };
}

export function sendReply(response: ServerResponse, { status, headers = {}, body = '' }: HttpReply): void {
  response.writeHead(status, { ...headers, 'content-length': String(Buffer.byteLength(body)) });
  response.end(body);
}
