import type { Browser, Locator, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createTraffic, type Traffic } from '../../../src/local/traffic.ts';
import { type PageServer, startPage } from '../../../src/local/ui/page-server.ts';
import { counts, deployedRoute, queue } from '../traffic-view.ts';
import { launchChromium, noBrowser } from './chromium.ts';
import { contrasts } from './contrast.ts';

const orders = deployedRoute('orders', 2);
const [first = '', second = ''] = orders.targets.map(({ functionArn }) => functionArn);
const MARKUP = '<img src=x onerror="document.title=1"> & "quotes"';

if (noBrowser !== undefined) process.stderr.write(`The tests of the page are skipped: ${noBrowser}\n`);

describe.skipIf(noBrowser !== undefined)('the page of xacct local, in Chromium', () => {
  let browser: Browser;
  let server: PageServer;
  let traffic: Traffic;
  let routes: ReturnType<typeof deployedRoute>[];
  let page: Page;
  /** What the browser complains of: errors of the script, and what the policy of the page keeps out. */
  let complaints: string[];
  let requested: string[];

  beforeAll(async () => {
    browser = await launchChromium();
  });
  afterAll(() => browser.close());

  beforeEach(async () => {
    traffic = createTraffic();
    routes = [orders];
    complaints = [];
    requested = [];
    server = await startPage({
      port: 0,
      accountNames: () => new Map([['222222222222', 'analytics']]),
      view: () =>
        traffic.view({
          endpoint: 'http://127.0.0.1:4580',
          region: 'us-west-2',
          routes,
          queues: [queue('orders-retry', 3), queue('orders-dead', 1)],
        }),
    });
  });
  afterEach(async () => {
    await page.close();
    await server.close();
    expect(complaints).toEqual([]);
    expect(requested.filter((url) => !url.startsWith(server.url))).toEqual([]);
  });

  async function open(options: Parameters<Browser['newPage']>[0] = {}): Promise<void> {
    page = await browser.newPage(options);
    page.on('console', (message) => {
      if (message.type() === 'error') complaints.push(message.text());
    });
    page.on('pageerror', (error) => complaints.push(error.message));
    page.on('request', (request) => requested.push(request.url()));
    await page.goto(server.url);
    await page.getByText('Live', { exact: true }).waitFor();
  }

  const seen = async (part: Locator) => (await part.allInnerTexts()).join();

  function fail(reason: string): void {
    traffic.log('f', JSON.stringify({ level: 'error', route: 'orders', target: second, reason, records: 5 }));
  }

  test('shows the way of the records, from the stream to each function', async () => {
    await open();
    const route = page.getByRole('listitem').filter({ hasText: '2 functions in 2 accounts' }).first();
    const text = (await seen(route)).replace(/\s+/g, ' ');
    expect(text).toMatch(
      /orders .*Stream orders in 111111111111 Forwarder xacct-forwarder-default .*analytics 222222222222 reader-0 .*222222222223 reader-1/,
    );
    expect(text).toContain('3 messages in the retry queue');
    expect(text).toContain('1 dead letter');
  });

  test('follows what happens without being loaded again', async () => {
    await open();
    traffic.log('f', counts('orders', first, { RecordsIn: 500, Delivered: 500 }));
    await page.getByText('500 delivered · event, park').waitFor();
    await page.getByText('100/s').first().waitFor();
    fail('AccessDenied: not authorized');
    const row = page.getByRole('row').filter({ hasText: 'AccessDenied' });
    await row.waitFor();
    expect((await seen(row)).split('\t').slice(1)).toEqual([
      'orders',
      '222222222223 / reader-1',
      'AccessDenied: not authorized',
      '1',
      '5',
    ]);
    await page.locator('.function[data-state="failing"]', { hasText: 'reader-1' }).waitFor();
    routes = [orders, deployedRoute('refunds')];
    await page.getByText('refunds').first().waitFor();
  });

  test('shows names and reasons as text, whatever is in them', async () => {
    routes = [{ ...deployedRoute('orders'), name: MARKUP, streamName: MARKUP }];
    traffic.problem(MARKUP);
    traffic.edited(false, `${MARKUP}\nroutes.yaml: not applied; the previous version continues to run`);
    await open();
    expect(await page.getByText(MARKUP, { exact: true }).count()).toBeGreaterThanOrEqual(3);
    expect(await page.title()).toBe('xacct local');
  });

  test('reports what is wrong in the routes file, and that the last version continues to run', async () => {
    await open();
    traffic.edited(
      false,
      'routes.yaml:3:5 wrong\n  3 │ x\nroutes.yaml: not applied; the previous version continues to run',
    );
    await page.getByRole('heading', { name: /not applied; the previous version continues to run/ }).waitFor();
    expect(await seen(page.locator('#edit-text'))).toBe('routes.yaml:3:5 wrong\n  3 │ x');
  });

  test('finds routes by name, account and function, and those in trouble', async () => {
    routes = [orders, deployedRoute('payments', 3), deployedRoute('refunds')];
    fail('down');
    await open();
    const names = () => page.locator('.route:visible .name').allInnerTexts();
    expect(await names()).toEqual(['orders', 'payments', 'refunds']);
    await page.getByRole('searchbox').fill('reader-1');
    expect(await names()).toEqual(['orders', 'payments']);
    await page.getByRole('searchbox').fill('nowhere');
    await page.getByText('No route matches.').waitFor();
    await page.getByRole('searchbox').fill('');
    await page.getByRole('checkbox', { name: 'with failures only' }).check();
    expect(await names()).toEqual(['orders']);
  });

  test('keeps fifty routes of twenty targets on one line each, to be opened by the keyboard', async () => {
    routes = Array.from({ length: 50 }, (_, index) => deployedRoute(`stream-${index}`, 20));
    await open();
    expect(await page.locator('.route').count()).toBe(50);
    expect(await page.locator('.function:visible').count()).toBe(0);
    await page.locator('summary').first().focus();
    await page.keyboard.press('Enter');
    expect(await page.locator('.function:visible').count()).toBe(20);
  });

  test.each([360, 1280])('needs no scrolling to the side at %i pixels', async (width) => {
    fail('x'.repeat(500));
    await open({ viewport: { width, height: 800 } });
    const [shown, whole] = (await page.evaluate(
      'const { clientWidth, scrollWidth } = document.documentElement; [clientWidth, scrollWidth]',
    )) as [number, number];
    expect(whole).toBe(shown);
  });

  test.each(['light', 'dark'] as const)(
    'can be read in %s: every text has a contrast of 4.5 to 1',
    async (colorScheme) => {
      traffic.log('f', counts('orders', first, { RecordsIn: 500, Delivered: 500 }));
      traffic.edited(false, 'wrong\nroutes.yaml: not applied');
      fail('down');
      await open({ colorScheme, reducedMotion: 'reduce' });
      const found = await contrasts(page);
      expect(found.length).toBeGreaterThan(30);
      expect(found.filter(({ ratio }) => ratio < 4.5)).toEqual([]);
    },
  );

  test('reports that the local AWS has stopped', async () => {
    await open();
    await server.close();
    await page.getByText('It does not run any more').waitFor();
    // The browser tells of each try to reach it again.
    complaints = complaints.filter((complaint) => !complaint.includes('ERR_'));
  });
});
