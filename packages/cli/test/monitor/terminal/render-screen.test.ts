import { describe, expect, test } from 'vitest';
import { sortRoutes } from '../../../src/monitor/judge.ts';
import type { RouteStatus, Status } from '../../../src/monitor/status.ts';
import { renderScreen, type Shown } from '../../../src/monitor/terminal/render-screen.ts';
import { figures, route, target } from '../statuses.ts';
import { BROKEN, localStatus, manyRoutes } from './many-routes.ts';

const AT = '2026-11-26T03:14:57.000Z';

function linesOf(
  routes: RouteStatus[],
  [columns, rows]: [number, number],
  some: Partial<Status & Pick<Shown, 'problem'>> = {},
): string[] {
  const { problem, ...rest } = some;
  const status = { ...localStatus(sortRoutes(routes)), accountNames: { '222222222222': 'billing' }, ...rest };
  const shown = { status, hint: 'Ctrl-C stops it', ...(problem && { problem }) };
  return renderScreen(shown, { columns, rows, paint: (_, text) => text });
}
const failure = { at: AT, route: null, target: null, functionName: 'ledger', reason: 'Error: no', times: 3 };
const edit = { at: AT, applied: false, text: 'routes.yaml:3: wrong\nroutes.yaml: not applied' };

describe('renderScreen', () => {
  test('shows 300 targets on 80 × 24, the broken one in the first five lines, with all that is known of it', () => {
    const reason = `AccessDeniedException: User: arn:aws:sts::222222222222:assumed-role/orders/forwarder is not authorized`;
    const broken = { ...BROKEN, lastFailure: { at: AT, class: 'denied', reason } };
    const lines = linesOf(manyRoutes(broken), [80, 24]);
    expect(lines.length).toBeLessThan(24);
    for (const line of lines) expect([...line].length).toBeLessThan(80);
    expect(lines[0]).toMatch(/^Local AWS http:\/\/127\.0\.0\.1:4580 +records ─+ +held now ─+/);
    expect(lines[2]).toMatch(/^stream-17 → 10 targets +denied alarm \+1 .* 12 \(40 min\) +0/);
    expect(lines[3]).toMatch(/^ {2}billing\/reader-17-3 +denied /);
    expect(lines[4]).toMatch(/^ {4}3 s ago {2}denied: AccessDeniedException: User:/);
    expect(lines.join(' ').replaceAll(/\s+/g, ' ')).toContain('is not authorized in ALARM: parked');
    expect(lines.join('\n')).toMatch(/^29 others, 290 targets +ok /m);
  });

  test('drops first the columns that say nothing, then those that matter least', () => {
    const headings = (columns: number, some: RouteStatus) =>
      linesOf([some], [columns, 24])[1]?.trim().split(/ +/).slice(1).join(' ');
    const failing = route('orders', {
      figures: figures({ delivered: 3, failed: 20, calls: 9, p50: 1, p99: 2 }),
    });
    expect(headings(200, failing)).toBe(
      'in delivered now/s filtered paused waiting dead calls parked failed p50 ms p99 ms read delay',
    );
    expect(headings(110, failing)).toBe('in delivered waiting dead calls failed p50 ms p99 ms read delay');
    expect(headings(80, failing)).toBe('in delivered waiting dead failed');
    expect(headings(50, failing)).toBe('waiting dead');
    const paused = route('orders', { figures: figures({ paused: 3 }), states: ['paused'] });
    expect(headings(80, paused)).toBe('in delivered paused waiting dead');
  });

  test('shows each target where there is room, each route where there is less, and folds the rest', () => {
    const count = (rows: number, start: string) =>
      linesOf(manyRoutes(), [120, rows]).filter((line) => line.startsWith(start)).length;
    expect([count(400, '  billing/'), count(400, 'stream-')]).toEqual([300, 30]);
    expect([count(50, '  billing/'), count(50, 'stream-'), count(50, '29 others')]).toEqual([1, 30, 0]);
    expect([count(24, '  billing/'), count(24, 'stream-'), count(24, '29 others')]).toEqual([1, 1, 1]);
  });

  test('says of routes that share a line what they do', () => {
    const quiet = (number: number) => route(`stream-${number}`, { states: ['quiet'] });
    const routes = Array.from({ length: 30 }, (_, index) => quiet(index));
    expect(linesOf(routes, [80, 24])[2]).toMatch(/^30 routes, 30 targets +quiet /);
    expect(linesOf(routes.with(3, route('stream-3')), [80, 24])[2]).toMatch(/^30 routes, 30 targets +ok /);
  });

  test('shows the worst routes, and how many are left, if there is no room for those with trouble', () => {
    const routes = Array.from({ length: 50 }, (_, index) =>
      route(`stream-${index}`, { states: index === 40 ? ['dead'] : ['waiting'], targets: [BROKEN] }),
    );
    const lines = linesOf(routes, [80, 20]);
    expect(lines.length).toBeLessThan(20);
    expect(lines[2]).toMatch(/^stream-40 +dead /);
    expect(lines.join('\n')).toMatch(/^… and \d+ more routes, \d+ with trouble$/m);
  });

  test('has failures of no target, the last edit, what is not read, and why there is nothing newer', () => {
    const some = {
      failures: [failure],
      edit,
      unread: ['queue a: denied'],
      problem: 'Not read again: no network',
    };
    expect(linesOf([route('orders')], [80, 24], some).slice(-6)).toEqual([
      expect.stringMatching(/^Not read again: no network/),
      expect.stringMatching(/^queue a: denied/),
      '3 s ago (3 times)  ledger: Error: no',
      'routes.yaml: not applied',
      '1 route, 1 target; all well; since the start 15 min ago',
      'Ctrl-C stops it',
    ]);
  });

  test('has a failure of the forwarder only at its route', () => {
    const orders = route('orders', {
      states: ['failing'],
      batchFailure: { at: AT, reason: 'RouteError: no' },
    });
    const own = { ...failure, functionName: 'xacct-forwarder-default', reason: 'RouteError: no' };
    const lines = linesOf([orders], [80, 24], { failures: [own, failure] });
    expect(lines.filter((line) => line.includes('RouteError'))).toEqual([
      '  3 s ago  forwarder default fails with all of a batch: RouteError: no',
    ]);
    expect(lines).toContain('3 s ago (3 times)  ledger: Error: no');
  });

  test.each([
    [200, 50],
    [120, 40],
    [80, 24],
    [40, 12],
    [20, 6],
    [8, 3],
  ])('fits into %i columns and %i rows, and nothing in it moves the cursor', (columns, rows) => {
    const reason = `AccessDenied\n\x1b[2J${'x'.repeat(300)}`;
    const broken = target('reader-17-3', {
      states: ['dead', 'waiting', 'failing'],
      lastFailure: { at: AT, class: 'denied', reason },
    });
    const failures = [{ ...failure, reason }, failure];
    const lines = linesOf(manyRoutes(broken), [columns, rows], { failures, edit });
    expect(lines.length).toBeLessThan(rows);
    for (const line of lines) {
      expect(line).not.toMatch(/\p{Cc}/u);
      if (columns >= 40) expect([...line].length).toBeLessThan(columns);
    }
  });
});
