import { once } from 'node:events';
import { createServer, get } from 'node:https';
import { type AddressInfo, createServer as createTcpServer, type Socket } from 'node:net';
import { createSecureContext, type TLSSocket } from 'node:tls';
import { generate } from 'selfsigned';
import { afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createConnections, whileFirstRead } from '../../src/aws/connections.ts';
import { endpointAt } from '../../src/aws/service-endpoint.ts';

let certificate: { cert: string; private: string };
let server: ReturnType<typeof createServer>;
let opened: TLSSocket[];
let now: number;

beforeAll(async () => {
  certificate = await generate([{ name: 'commonName', value: 'localhost' }], {
    keyType: 'ec',
    algorithm: 'sha256',
    extensions: [
      {
        name: 'subjectAltName',
        altNames: [
          { type: 7, ip: '127.0.0.1' },
          { type: 2, value: 'localhost' },
        ],
      },
    ],
  });
});
beforeEach(async () => {
  opened = [];
  now = 0;
  server = createServer({ key: certificate.private, cert: certificate.cert }, (_, response) => {
    response.end('answer');
  });
  server.on('secureConnection', (socket) => opened.push(socket));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
});
afterEach(() => {
  server.close();
  server.closeAllConnections();
});

function setUp() {
  const secureContext = createSecureContext({ ca: certificate.cert });
  const connections = createConnections({ maxSockets: 10, secureContext, now: () => now });
  return { ...connections, ask: (url = urlOf()) => ask(url, connections.agent) };
}

function urlOf(hostname = '127.0.0.1'): string {
  return `https://${hostname}:${(server.address() as AddressInfo).port}`;
}

/** The text of an answer; rejects with the error of the connection. */
function ask(url: string, agent: ReturnType<typeof createConnections>['agent']): Promise<string> {
  return new Promise((resolve, reject) => {
    get(url, { agent }, (response) => {
      response.setEncoding('utf8').on('data', resolve);
    }).on('error', reject);
  });
}

async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await new Promise((resolve) => setImmediate(resolve));
}

describe('createConnections', () => {
  test.for([
    ['127.0.0.1', false],
    ['localhost', 'localhost'],
  ] as const)(
    'opens a connection to %s ahead, for the first request there',
    async ([hostname, servername]) => {
      const { open, ask } = setUp();
      open(endpointAt(urlOf(hostname)));
      await until(() => opened.length === 1);

      expect(await ask(urlOf(hostname))).toBe('answer');
      expect(opened.map((socket) => socket.servername)).toEqual([servername]);
    },
  );

  test('hands over a connection that is still being opened', async () => {
    const { open, ask } = setUp();
    open(endpointAt(urlOf()));

    expect(await ask()).toBe('answer');
    expect(opened).toHaveLength(1);
  });

  test('opens others for further requests, and keeps all of them', async () => {
    const { open, ask } = setUp();
    open(endpointAt(urlOf()));

    await Promise.all([ask(), ask(), ask()]);
    await new Promise((resolve) => setImmediate(resolve));
    await Promise.all([ask(), ask(), ask()]);
    expect(opened).toHaveLength(3);
  });

  test('does not use one to another place', async () => {
    const { open, ask } = setUp();
    open(endpointAt(urlOf('localhost')));
    await until(() => opened.length === 1);

    await ask(urlOf('127.0.0.1'));
    expect(opened).toHaveLength(2);
  });

  test.for([
    [2_999, 1],
    [3_000, 2],
  ] as const)(
    'after %i ms, there were %i connections: one that waited for long may be dead',
    async ([waitedMs, count]) => {
      const { open, ask } = setUp();
      open(endpointAt(urlOf()));
      await until(() => opened.length === 1);
      now = waitedMs;

      expect(await ask()).toBe('answer');
      expect(opened).toHaveLength(count);
      // The one that is not used is closed.
      if (count === 2) await until(() => opened[0]?.destroyed === true);
    },
  );

  test('opens another one in place of one that its other end closed', async () => {
    const { open, agent, ask } = setUp();
    const connect = agent.createConnection;
    open(endpointAt(urlOf()));
    await until(() => opened.length === 1);
    const closed = once(opened[0] as TLSSocket, 'close');
    opened[0]?.destroy();
    await closed;
    await new Promise((resolve) => setTimeout(resolve, 20));

    expect(await ask()).toBe('answer');
    expect(opened).toHaveLength(2);
    expect(agent.createConnection).toBe(connect);
  });

  test('leaves a failure to the request', async () => {
    const { open, ask } = setUp();
    const url = urlOf();
    server.close();
    await once(server, 'close');
    open(endpointAt(url));
    await new Promise((resolve) => setTimeout(resolve, 20));

    await expect(ask(url)).rejects.toThrow('ECONNREFUSED');
  });

  test('opens nothing to an endpoint without TLS', async () => {
    const sockets: Socket[] = [];
    const plain = createTcpServer((socket) => sockets.push(socket));
    plain.listen(0, '127.0.0.1');
    await once(plain, 'listening');
    const { port } = plain.address() as AddressInfo;
    const { open } = setUp();
    open(endpointAt(`http://127.0.0.1:${port}`));
    open(endpointAt(urlOf()));
    await until(() => opened.length === 1);

    expect(sockets).toHaveLength(0);
    plain.close();
  });

  test('takes 443 for the port where there is none', () => {
    const { open, agent } = setUp();
    open(endpointAt('https://127.0.0.1'));

    // It is handed over once, and not opened again.
    const to = { host: '127.0.0.1', port: 443 };
    const [first, second] = [agent.createConnection(to), agent.createConnection(to)];
    expect([first?.listenerCount('error'), second?.listenerCount('error')]).toEqual([1, 0]);
    for (const socket of [first, second]) socket?.on('error', () => {}).destroy();
  });
});

describe('whileFirstRead', () => {
  test('leaves an endpoint that cannot be to the call that needs it', async () => {
    const { signal } = new AbortController();
    let opened = 0;
    const read = whileFirstRead(
      async () => [{ Name: '/a' }],
      () => {
        opened += 1;
        throw new Error('no such endpoint');
      },
    );

    expect(await read(['/a'], signal)).toEqual([{ Name: '/a' }]);
    await new Promise((resolve) => setImmediate(resolve));
    expect(opened).toBe(1);
  });

  test('calls back once, after the first call has begun', async () => {
    const seen: string[] = [];
    const { signal } = new AbortController();
    const read = whileFirstRead(
      async (names) => {
        await Promise.resolve();
        seen.push(`read ${names}`);
        return [];
      },
      () => seen.push('open'),
    );
    await read(['/a'], signal);
    await new Promise((resolve) => setImmediate(resolve));
    await read(['/b'], signal);
    await new Promise((resolve) => setImmediate(resolve));

    expect(seen).toEqual(['read /a', 'open', 'read /b']);
  });
});
