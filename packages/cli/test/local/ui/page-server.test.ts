import { request } from 'node:http';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type PageServer, startPage } from '../../../src/local/ui/page-server.ts';
import { deployedRoute, viewOf } from '../traffic-view.ts';

let server: PageServer;

beforeEach(async () => {
  server = await startPage({
    port: 0,
    view: () => viewOf([deployedRoute('orders')]),
    accountNames: () => new Map([['222222222222', 'analytics']]),
  });
});
afterEach(() => server.close());

interface Answer {
  status: number | undefined;
  headers: NodeJS.Dict<string | string[]>;
  /** Its first part, where it does not end. */
  body: string;
}

function ask(path: string, headers: Record<string, string> = {}, method = 'GET'): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const asked = request(`${server.url}${path}`, { method, headers }, (response) => {
      const done = (body: string) => {
        resolve({ status: response.statusCode, headers: response.headers, body });
        response.destroy();
      };
      response
        .setEncoding('utf8')
        .once('data', done)
        .once('end', () => done(''));
    });
    asked.once('error', reject).end();
  });
}

describe('startPage', () => {
  test.each([
    ['/', 'text/html; charset=utf-8'],
    ['/page.js', 'text/javascript; charset=utf-8'],
    ['/page.css', 'text/css; charset=utf-8'],
    ['/icon.svg', 'image/svg+xml'],
    ['/events', 'text/event-stream'],
  ])('serves %s, for this page alone', async (path, type) => {
    const { status, headers } = await ask(path);
    expect(status).toBe(200);
    expect(headers).toMatchObject({
      'content-type': type,
      'cache-control': 'no-store',
      'cross-origin-resource-policy': 'same-origin',
      'x-content-type-options': 'nosniff',
    });
    const policy = String(headers['content-security-policy']);
    expect(policy).toContain("default-src 'none'; script-src 'self'; style-src 'self'");
    expect(policy).not.toMatch(/unsafe|http|\*/);
  });

  test('sends what is seen at once', async () => {
    const { body } = await ask('/events');
    expect(JSON.parse(body.replace(/^data: /, ''))).toMatchObject({
      accountNames: { '222222222222': 'analytics' },
      routes: [{ name: 'orders', stream: 'orders' }],
    });
  });

  test('names nothing outside of it in any file', async () => {
    for (const path of ['/', '/page.js', '/page.css', '/icon.svg']) {
      const text = await (await fetch(`${server.url}${path}`)).text();
      expect(text.replaceAll('http://www.w3.org/2000/svg', '')).not.toMatch(/https?:|\/\/[a-z]/);
    }
  });

  test.each(['evil.example', 'evil.example:80', '127.0.0.1', '127.0.0.1:1', '127.0.0.1.evil.example'])(
    'refuses a browser that was led here by the name "%s"',
    async (host) => {
      expect((await ask('/events', { host })).status).toBe(403);
    },
  );

  test('answers to the name of this machine', async () => {
    const { port } = new URL(server.url);
    expect((await ask('/', { host: `localhost:${port}` })).status).toBe(200);
  });

  test('refuses what another site asks for, but not a link to it', async () => {
    const site = { 'sec-fetch-site': 'cross-site' };
    expect((await ask('/events', { ...site, 'sec-fetch-mode': 'cors' })).status).toBe(403);
    expect((await ask('/', { ...site, 'sec-fetch-mode': 'navigate' })).status).toBe(200);
  });

  test('has nothing else, and takes nothing', async () => {
    expect((await ask('/../package.json')).status).toBe(404);
    expect((await ask('/', {}, 'POST')).status).toBe(405);
  });

  test('ends with whoever listens still there', async () => {
    const response = await fetch(`${server.url}/events`);
    await server.close();
    await expect(response.text()).rejects.toThrow();
    server = await startPage({ port: 0, view: () => viewOf([]), accountNames: () => new Map() });
  });
});
