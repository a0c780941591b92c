import { describe, expect, test, vi } from 'vitest';
import type { Status } from '../../../src/monitor/status.ts';
import { figures, route, statusOf, target } from '../statuses.ts';
import { noBrowser } from './chromium.ts';
import { DENIED } from './many-targets.ts';
import { openedPage, textOf } from './opened-page.ts';

const MARKUP = '<img src=x onerror="document.title=1"> & "quotes"';

if (noBrowser !== undefined) process.stderr.write(`The tests of the page are skipped: ${noBrowser}\n`);

/** Two targets, of which one is denied, and 12 messages that wait for it. */
function broken(): Status {
  const orders = route('orders', {
    states: ['denied', 'waiting'],
    waiting: { messages: 12, records: null, oldestSeconds: 840 },
    targets: [target('ledger', DENIED), target('mailer')],
  });
  return { ...statusOf([orders, route('refunds')]), accountNames: { 222222222222: 'billing' } };
}

function local(status: Status): Status {
  return { ...status, system: { ...status.system, kind: 'local', endpoint: 'http://127.0.0.1:4580' } };
}

describe.skipIf(noBrowser !== undefined)('the page, in Chromium', () => {
  const opened = openedPage();
  const show = (status: Status) => {
    opened.view = { ...opened.view, status };
  };
  const tiles = async () =>
    (await opened.page.locator('.tile').allInnerTexts()).map((text) => text.split('\n'));

  test('shows records counted once, the worst route first, and the way to each function', async () => {
    show(broken());
    const page = await opened.open();
    expect(await tiles()).toEqual([
      ['In from streams', '300', '20.0/min'],
      ['Delivered to targets', '300', '20.0/min'],
      ['Filtered', '0'],
      ['Paused', '0'],
      ['Waiting', '12', 'messages'],
      ['Dead', '0', 'messages'],
    ]);
    const list = page.getByRole('region', { name: 'Routes, the worst first' });
    expect((await textOf(list)).replace(/\s+/g, ' ')).toMatch(
      /orders ✕denied !waiting 12 waiting · 150 in billing\/ledger ✕denied denied: AccessDenied: .* 1 other target billing\/mailer ok refunds ok 150 in/,
    );
    const map = page.getByRole('region', { name: /^Map/ });
    const names = await map.ariaSnapshot();
    expect(names.match(/(?<=link ").*(?=")/g)).toEqual([
      'stream orders denied · 12 waiting',
      'stream refunds 150 in',
      'forwarder default 2 routes',
      'account billing 1 denied of 3 functions',
      'function ledger denied · of orders',
      'function mailer 150 delivered · of orders',
      'function reader 150 delivered · of refunds',
    ]);
  });

  test('shows which system it is, and how old its figures are', async () => {
    show({
      ...broken(),
      to: new Date(Date.now() - 90_000).toISOString(),
      from: new Date(Date.now() - 990_000).toISOString(),
    });
    const page = await opened.open();
    expect(await page.title()).toBe('xacct status');
    expect(await textOf(page.locator('.place'))).toMatch(
      /111111111111\s+Region\s+us-west-2\s+Figures\s+last 15 min, read .*, 1 min ago/,
    );
    show(local({ ...broken(), from: new Date(Date.now() - 200_000).toISOString() }));
    await page.getByText('http://127.0.0.1:4580').waitFor();
    expect(await page.title()).toBe('xacct local');
    expect(await textOf(page.locator('.place'))).toMatch(/Up\s+3 min/);
  });

  test('shows that the last reading failed, why, and what could not be read', async () => {
    opened.view = {
      ...opened.view,
      status: { ...broken(), unread: ['queue xacct-route-orders-retry cannot be read: denied'] },
      notRead: { at: new Date().toISOString(), reason: 'ExpiredToken: log in again' },
    };
    const page = await opened.open();
    const notices = page.locator('.notice');
    expect(await textOf(notices.first())).toMatch(
      /^The last reading, at .*, failed: the figures are of \d\d:15:00\s+ExpiredToken: log in again$/,
    );
    expect(await textOf(notices.last())).toContain('queue xacct-route-orders-retry cannot be read: denied');
    opened.view = { ...opened.view, status: statusOf([route('orders')]), notRead: null };
    await vi.waitFor(async () => expect(await notices.count()).toBe(0));
  });

  test('follows what happens without being loaded again, and leaves what somebody does as it is', async () => {
    show(local(statusOf([route('orders')])));
    const page = await opened.open('#route=orders');
    const copy = page.getByRole('button', { name: 'Copy xacct doctor orders', exact: true });
    await copy.focus();
    show(
      local(
        statusOf([route('orders', { figures: figures({ delivered: 500, calls: 30 }) }), route('refunds')]),
      ),
    );
    await page.getByText('500', { exact: true }).first().waitFor();
    await page.getByRole('link', { name: /^stream refunds/ }).waitFor();
    expect(await copy.evaluate((button) => button.matches(':focus'))).toBe(true);
  });

  test('keeps the focus on what moves', async () => {
    show(statusOf([route('orders'), route('refunds')]));
    const page = await opened.open();
    const refunds = page.getByRole('link', { name: /^stream refunds/ });
    await refunds.focus();
    show(statusOf([route('refunds', { states: ['dead'] }), route('orders')]));
    await page.getByRole('link', { name: 'stream refunds dead' }).waitFor();
    expect(await page.locator('#map-streams a').first().getAttribute('href')).toBe('#route=refunds');
    expect(await refunds.evaluate((link) => link.matches(':focus'))).toBe(true);
  });

  test('shows how fast it goes in a local system', async () => {
    const status = (delivered: number) =>
      local(statusOf([route('orders', { incoming: delivered, figures: figures({ delivered }) })]));
    show(status(0));
    const page = await opened.open();
    show(status(500));
    await page.locator('.tile.delivered', { hasText: '100/s' }).waitFor();
  });

  test('shows names and reasons as text, whatever is in them', async () => {
    const failure = {
      at: '2026-11-26T03:14:00.000Z',
      route: MARKUP,
      target: null,
      functionName: MARKUP,
      reason: MARKUP,
      times: 3,
    };
    const lastFailure = { at: failure.at, class: MARKUP, reason: MARKUP };
    const marked = route(MARKUP, {
      stream: MARKUP,
      forwarder: MARKUP,
      states: ['failing'],
      targets: [target(MARKUP, { states: ['failing'], lastFailure })],
    });
    show({
      ...local(statusOf([marked])),
      failures: [failure],
      edit: { at: failure.at, applied: false, text: `${MARKUP}\n${MARKUP}` },
      accountNames: { 222222222222: MARKUP },
      unread: [MARKUP],
    });
    const page = await opened.open(`#${new URLSearchParams({ route: MARKUP })}`);
    expect(await page.getByText(MARKUP).count()).toBeGreaterThan(10);
    expect(await page.locator('img').count()).toBe(1);
    expect(await page.title()).toBe('xacct local');
  });

  test('reports what is wrong in the routes file, and other failures', async () => {
    const text =
      'routes.yaml:3:5 wrong\n  3 │ x\nroutes.yaml: not applied; the previous version continues to run';
    const at = '2026-11-26T03:14:00.000Z';
    show({
      ...local(statusOf([route('orders', { batchFailure: { at, reason: 'denied' } })])),
      edit: { at, applied: false, text },
      failures: [
        { at, route: null, target: null, functionName: 'reader', reason: 'TypeError: no', times: 2 },
      ],
    });
    const page = await opened.open();
    await page.getByRole('heading', { name: /not applied; the previous version continues to run/ }).waitFor();
    expect(await textOf(page.locator('.notice pre'))).toBe('routes.yaml:3:5 wrong\n  3 │ x');
    await page.getByText('whole batches fail: denied').waitFor();
    const row = page.getByRole('row').filter({ hasText: 'TypeError' });
    expect((await textOf(row)).split('\t').slice(1)).toEqual(['function reader', 'TypeError: no', '2']);
  });

  test('copies a command', async () => {
    show(broken());
    const page = await opened.open('#route=orders', { permissions: ['clipboard-read', 'clipboard-write'] });
    await page.getByRole('button', { name: 'Copy xacct doctor orders', exact: true }).click();
    await page.getByText('Copied').first().waitFor();
    expect(await page.evaluate('navigator.clipboard.readText()')).toBe('xacct doctor orders');
  });

  test('selects a command where the browser does not let it copy', async () => {
    show(broken());
    const page = await opened.open('#route=orders');
    await page.evaluate(`navigator.clipboard.writeText = () => Promise.reject(new Error('not allowed'))`);
    await page.getByRole('button', { name: 'Copy xacct parked orders --sample 100', exact: true }).click();
    await page.getByText('Selected: copy it with the keyboard').waitFor();
    expect(await page.evaluate('String(getSelection())')).toBe('xacct parked orders --sample 100');
  });

  test('finds routes by name, account and function, and those in trouble', async () => {
    show(broken());
    const page = await opened.open();
    const names = () => page.locator('.route:visible .name').allInnerTexts();
    expect(await names()).toEqual(['orders', 'refunds']);
    await page.getByRole('searchbox').fill('mailer');
    expect(await names()).toEqual(['orders']);
    await page.getByRole('searchbox').fill('nowhere');
    await page.getByText('No route matches.').waitFor();
    await page.getByRole('searchbox').fill('');
    await page.getByRole('checkbox', { name: 'with trouble only' }).check();
    expect(await names()).toEqual(['orders']);
    expect(await page.getByRole('link', { name: /^function/ }).count()).toBe(1);
  });

  test('reports that its command has stopped', async () => {
    const page = await opened.open();
    await opened.server.close();
    await page.getByText('It does not run any more').waitFor();
    // The browser tells of each try to reach it again.
    opened.complaints = opened.complaints.filter((complaint) => !complaint.includes('ERR_'));
  });
});
