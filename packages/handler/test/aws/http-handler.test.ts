import { getEventListeners, once } from 'node:events';
import { createServer as createHttpServer, Agent as HttpAgent, type RequestListener } from 'node:http';
import { createServer as createHttpsServer, Agent as HttpsAgent } from 'node:https';
import { type AddressInfo, createServer as createTcpServer, type Server, Socket } from 'node:net';
import type { Readable } from 'node:stream';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import { generate } from 'selfsigned';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { createHttpHandler, type HttpCall, type HttpHandler } from '../../src/aws/http-handler.ts';
import { readBody } from '../../src/aws/read-body.ts';

async function listen(server: Server, host = '127.0.0.1'): Promise<number> {
  server.listen(0, host);
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  return (server.address() as AddressInfo).port;
}

async function startHttp(answer: RequestListener, host?: string): Promise<number> {
  const server = createHttpServer(answer);
  const port = await listen(server, host);
  onTestFinished(() => server.closeAllConnections());
  return port;
}

function setUp(options: { http?: HttpAgent; https?: HttpsAgent; connectMs?: number } = {}) {
  const { http = new HttpAgent({ keepAlive: true }), https = new HttpsAgent({ keepAlive: true }) } = options;
  onTestFinished(() => {
    http.destroy();
    https.destroy();
  });
  const { connectMs } = options;
  return createHttpHandler({ agents: { http, https }, ...(connectMs !== undefined && { connectMs }) });
}

/** The SDK's own, with the settings that this one has always. */
function setUpSdk(options: { connectionTimeout?: number } = {}): HttpHandler {
  const handler = new NodeHttpHandler({ throwOnRequestTimeout: true, ...options });
  onTestFinished(() => handler.destroy());
  return handler;
}

function call(port: number, more: Partial<HttpCall> = {}): HttpCall {
  const headers = { host: `127.0.0.1:${port}`, 'x-one': '1' };
  return { protocol: 'http:', hostname: '127.0.0.1', port, method: 'POST', path: '/a%2Fb', headers, ...more };
}

const rejection = (work: Promise<unknown>) =>
  work.then(
    () => undefined,
    (error: Error & { code?: string }) => error,
  );

const both = [
  ['as the SDK', setUpSdk],
  ['by itself', setUp],
] as const;

describe('createHttpHandler', () => {
  describe.each(both)('%s', (_, start: () => HttpHandler) => {
    test('sends method, path, headers and body, and gives status, headers and body', async () => {
      const received: unknown[] = [];
      const port = await startHttp(async (request, response) => {
        const body = await readBody(request);
        const { host, 'x-one': one, 'content-length': length } = request.headers;
        received.push({ method: request.method, url: request.url, host, one, length, body });
        response.writeHead(207, { 'x-two': '2' }).end('an answer');
      });
      const request = call(port);
      const headers = { ...request.headers, 'content-length': '10' };
      const { response } = await start().handle({ ...request, headers, body: Buffer.from('the bytes ') });

      expect(response).toMatchObject({ statusCode: 207, headers: { 'x-two': '2' } });
      expect(await readBody(response.body as Readable)).toBe('an answer');
      expect(received).toEqual([
        {
          method: 'POST',
          url: '/a%2Fb',
          host: `127.0.0.1:${port}`,
          one: '1',
          length: '10',
          body: 'the bytes ',
        },
      ]);
    });

    test('sends text, and requests without a body', async () => {
      const bodies: string[] = [];
      const port = await startHttp(async (request, response) => {
        bodies.push(`${request.method} ${await readBody(request)}`);
        response.end();
      });
      const handler = start();
      await handler.handle(call(port, { body: 'ключ' }));
      await handler.handle(call(port, { method: 'GET' }));

      expect(bodies).toEqual(['POST ключ', 'GET ']);
    });

    test('calls an address of IPv6', async () => {
      const port = await startHttp((_request, response) => response.end('six'), '::1');
      const { response } = await start().handle(call(port, { hostname: '[::1]' }));

      expect(await readBody(response.body as Readable)).toBe('six');
    });

    test('uses a connection again', async () => {
      let connections = 0;
      const server = createHttpServer((_request, response) => response.end());
      server.on('connection', () => {
        connections += 1;
      });
      const port = await listen(server);
      const handler = start();
      for (let time = 0; time < 3; time += 1) {
        const { response } = await handler.handle(call(port));
        await readBody(response.body as Readable);
      }

      expect(connections).toBe(1);
    });

    test('rejects with TimeoutError for a connection that is reset', async () => {
      const port = await startHttp((request) => request.socket.resetAndDestroy());
      const error = await rejection(start().handle(call(port)));

      expect(error).toMatchObject({ name: 'TimeoutError', code: 'ECONNRESET' });
    });

    test("rejects with the network's error where nothing listens", async () => {
      const server = createTcpServer();
      const port = await listen(server);
      server.close();
      const error = await rejection(start().handle(call(port)));

      expect(error).toMatchObject({ name: 'Error', code: 'ECONNREFUSED' });
    });

    test('rejects with TimeoutError, and closes the connection, where no answer comes in time', async () => {
      let closed = Promise.resolve<unknown>(undefined);
      const port = await startHttp((request) => {
        closed = once(request.socket, 'close');
      });
      const error = await rejection(start().handle(call(port), { requestTimeout: 30 }));

      expect(error?.name).toBe('TimeoutError');
      expect(error?.message).toContain('30 ms');
      await closed;
    });

    test('leaves as much time as it takes to the body of an answer', async () => {
      const port = await startHttp((_request, response) => {
        response.write('slow ');
        setTimeout(() => response.end('body'), 60);
      });
      const { response } = await start().handle(call(port), { requestTimeout: 40 });

      expect(await readBody(response.body as Readable)).toBe('slow body');
    });

    test('does not begin a call that is aborted already', async () => {
      let calls = 0;
      const port = await startHttp((_request, response) => {
        calls += 1;
        response.end();
      });
      const handler = start();
      const reason = new Error('over');
      const error = await rejection(handler.handle(call(port), { abortSignal: AbortSignal.abort(reason) }));
      await handler.handle(call(port));

      expect(error).toMatchObject({ name: 'AbortError', message: 'Request aborted', cause: reason });
      expect(calls).toBe(1);
    });

    test('aborts a call that is under way, and closes its connection', async () => {
      const controller = new AbortController();
      const reason = new Error('over');
      let closed = Promise.resolve<unknown>(undefined);
      const port = await startHttp((request) => {
        closed = once(request.socket, 'close');
        controller.abort(reason);
      });
      const error = await rejection(start().handle(call(port), { abortSignal: controller.signal }));

      expect(error).toMatchObject({ name: 'AbortError', message: 'Request aborted', cause: reason });
      await closed;
    });

    test('aborts an answer whose body is under way', async () => {
      const controller = new AbortController();
      const port = await startHttp((_request, response) => void response.write('half'));
      const { response } = await start().handle(call(port), { abortSignal: controller.signal });
      const text = rejection(readBody(response.body as Readable));
      controller.abort();

      expect(await text).toBeInstanceOf(Error);
    });
  });

  test('calls over TLS', async () => {
    const subjectAltName = [{ type: 7 as const, ip: '127.0.0.1' }];
    const { private: key, cert } = await generate([{ name: 'commonName', value: 'localhost' }], {
      extensions: [{ name: 'subjectAltName', altNames: subjectAltName }],
    });
    const port = await listen(
      createHttpsServer({ key, cert }, (_request, response) => response.end('secret')),
    );
    const handler = setUp({ https: new HttpsAgent({ ca: cert }) });
    const { response } = await handler.handle(call(port, { protocol: 'https:' }));

    expect(await readBody(response.body as Readable)).toBe('secret');
  });

  test('leaves nothing behind at the signal', async () => {
    const { signal } = new AbortController();
    const listeners = () => getEventListeners(signal, 'abort').length;
    const port = await startHttp((_request, response) => response.end());
    const { response } = await setUp().handle(call(port), { abortSignal: signal });
    expect(listeners()).toBe(1);
    await readBody(response.body as Readable);

    await vi.waitFor(() => expect(listeners()).toBe(0));
  });

  describe('a new connection', () => {
    /** An agent whose first connection does not come about until it is told to. */
    function slowAgent() {
      const socket = new Socket();
      const keptAlive: unknown[] = [];
      Object.defineProperty(socket, 'connecting', { value: true });
      socket.setKeepAlive = (...values) => {
        keptAlive.push(values[0]);
        return socket;
      };
      const agent = new HttpAgent();
      agent.createConnection = () => socket;
      return { agent, socket, keptAlive };
    }

    test('is given up where it takes too long', async () => {
      const { agent, socket } = slowAgent();
      const error = await rejection(setUp({ http: agent, connectMs: 30 }).handle(call(1)));

      expect(error?.name).toBe('TimeoutError');
      expect(error?.message).toContain('30 ms');
      expect(socket.destroyed).toBe(true);
    });

    test('may take 3 s by default', async () => {
      const { agent } = slowAgent();
      const error = await rejection(setUp({ http: agent }).handle(call(1)));

      expect(error?.message).toBe('There was no connection within 3000 ms');
    });

    test('is kept alive, and may be idle for as long as it wants once it is there', async () => {
      const { agent, socket, keptAlive } = slowAgent();
      const controller = new AbortController();
      const error = rejection(
        setUp({ http: agent, connectMs: 30 }).handle(call(1), { abortSignal: controller.signal }),
      );
      await new Promise(setImmediate);
      socket.emit('connect');
      await new Promise((resolve) => setTimeout(resolve, 60));
      controller.abort();

      expect((await error)?.name).toBe('AbortError');
      expect(keptAlive).toEqual([true]);
    });
  });
});
