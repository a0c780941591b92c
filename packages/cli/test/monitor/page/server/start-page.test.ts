import { request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { PageView } from '../../../../src/monitor/page/page-view.ts';
import { LOOK_MS } from '../../../../src/monitor/page/server/events.ts';
import { type PageServer, startPage } from '../../../../src/monitor/page/server/start-page.ts';
import { route, statusOf } from '../../statuses.ts';

let server: PageServer;
let view: PageView;

beforeEach(async () => {
  view = { status: statusOf([route('orders')]), notRead: null, options: [] };
  server = await startPage({ port: 0, view: () => view });
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

/** All that is sent from now on. */
function listen(): PageView[] {
  const sent: PageView[] = [];
  const asked = request(`${server.url}/events`, (response) => {
    response.setEncoding('utf8').on('data', (text: string) => {
      for (const line of text.split('\n\n').filter(Boolean))
        sent.push(JSON.parse(line.replace(/^data: /, '')));
    });
  });
  // It ends with the server.
  asked.on('error', () => {}).end();
  return sent;
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
    expect(JSON.parse(body.replace(/^data: /, ''))).toEqual({ ...view, now: expect.any(Number) });
  });

  test('sends what differs, but not that time has passed in a local system', async () => {
    const { status } = view;
    const local: PageView['status'] = { ...status, system: { ...status.system, kind: 'local' } };
    view = { ...view, status: local };
    const sent = listen();
    await vi.waitFor(() => expect(sent).toHaveLength(1));
    view = { ...view, status: { ...local, to: '2026-11-26T03:16:00.000Z' } };
    await sleep(LOOK_MS * 3);
    expect(sent).toHaveLength(1);
    view = { ...view, status: { ...local, unread: ['something'] } };
    await vi.waitFor(() => expect(sent.map(({ status: { unread } }) => unread)).toEqual([[], ['something']]));
    view = { ...view, status: { ...local, system: status.system } };
    await vi.waitFor(() => expect(sent).toHaveLength(3));
    // The figures of a deployment are as old as they say.
    view = { ...view, status: { ...view.status, to: '2026-11-26T03:17:00.000Z' } };
    await vi.waitFor(() => expect(sent.at(-1)?.status.to).toBe('2026-11-26T03:17:00.000Z'));
  });

  test('knows when a browser has the page open', async () => {
    const seen: string[] = [];
    const { signal } = new AbortController();
    const watched = server.watched(signal).then(() => seen.push('watched'));
    await server.watched(AbortSignal.abort());
    expect(seen).toEqual([]);
    listen();
    await watched;
    await server.watched(signal);
  });

  test('names the port that is in use', async () => {
    const port = Number(new URL(server.url).port);
    await expect(startPage({ port, view: () => view })).rejects.toThrow(
      `Port ${port} is in use. Choose another with --ui, or 0 for any free one`,
    );
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
    server = await startPage({ port: 0, view: () => view });
  });
});
