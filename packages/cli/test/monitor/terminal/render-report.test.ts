import { describe, expect, test } from 'vitest';
import { sortRoutes } from '../../../src/monitor/judge.ts';
import type { RouteStatus, Status } from '../../../src/monitor/status.ts';
import { renderReport } from '../../../src/monitor/terminal/render-report.ts';
import { figures, route, statusOf, target } from '../statuses.ts';
import { localStatus, manyRoutes } from './many-routes.ts';

function linesOf(routes: RouteStatus[], some: Partial<Status> = {}, columns?: number): string[] {
  const status = { ...statusOf(sortRoutes(routes)), accountNames: { '222222222222': 'billing' }, ...some };
  return renderReport(status, { columns, paint: (_, text) => text })
    .trimEnd()
    .split('\n');
}

describe('renderReport', () => {
  test('has 300 targets on one screen, and the broken one in its first five lines', () => {
    const lines = linesOf(manyRoutes());
    expect(lines.length).toBeLessThan(24);
    expect(lines[2]).toMatch(
      /^stream-17 → 10 targets +denied alarm waiting +10 +90 +0 +0 +12 \(40 min\) +0 +19 +20 +0 +– +– +0 s$/,
    );
    expect(lines[3]).toMatch(
      /^ {2}billing\/reader-17-3 \(222222222222\) +denied +10 +0 +0 +0 +1\.0 +20 +0 +9 +20$/,
    );
    expect(lines[4]).toBe('    2026-11-26T03:14:00.000Z  denied: not authorized');
    expect(lines[5]).toBe('  in ALARM: parked for 10 min');
    expect(lines[6]).toMatch(/^ {2}9 other targets +ok +90 /);
    expect(lines[7]).toMatch(/^29 others, 290 targets +ok +290 +290 +0 +0 +0 +0 /);
    expect(lines[8]).toBe('30 routes, 300 targets; 1 with trouble; figures a minute, of the last 15 min');
  });

  test('puts columns under what they have in common', () => {
    const [groups = '', headings = ''] = linesOf([route('orders')]);
    const at = (group: string) => headings.slice(groups.indexOf(group)).trim().split(/ {2,}/);
    expect(at('records a minute').slice(0, 4)).toEqual(['in', 'delivered', 'filtered', 'paused']);
    expect(at('messages now').slice(0, 2)).toEqual(['waiting', 'dead']);
    expect(at('tries a minute')).toEqual(['calls', 'parked', 'failed', 'p50 ms', 'p99 ms', 'read delay']);
  });

  test('lists the failing targets of a route up to a number, and counts the others', () => {
    const failing = Array.from({ length: 30 }, (_, index) => target(`f-${index}`, { states: ['failing'] }));
    const lines = linesOf([route('orders', { states: ['failing'], targets: failing })]);
    expect(lines.filter((line) => line.startsWith('  billing/f-'))).toHaveLength(5);
    expect(lines.join('\n')).toMatch(/^ {2}25 other targets +25 failing /m);
  });

  test('lists everything where there is little', () => {
    const lines = linesOf([route('b'), route('a', { targets: [target('x-10'), target('x-2')] })]);
    expect(lines.slice(2).map((line) => line.trim().split(/ {2,}/)[0])).toEqual([
      'a → 2 targets',
      'billing/x-10 (222222222222)',
      'billing/x-2 (222222222222)',
      'b',
      'billing/reader (222222222222)',
      '2 routes, 3 targets; all well; figures a minute, of the last 15 min',
    ]);
  });

  test('shows alarms of a forwarder first, and what is not known as such', () => {
    const forwarders = [{ forwarder: 'default', alarms: [{ watched: 'errors' as const, since: null }] }];
    const unknown = route('orders', { states: ['unknown'], waiting: null, incoming: null, readDelay: null });
    const lines = linesOf([unknown], { forwarders });
    expect(lines[2]).toBe('forwarder default: in ALARM: errors');
    expect(lines[3]).toMatch(/^orders +unknown +– +10 +0 +0 +\? +0 .* –$/);
    expect(lines.at(-1)).toMatch(/^1 route, 1 target; 1 with trouble, 1 forwarder in alarm; /);
  });

  test('says why the forwarder does not take batches', () => {
    const batchFailure = { at: '2026-11-26T03:14:00.000Z', reason: 'RouteError:\n no route' };
    const lines = linesOf([route('orders', { states: ['failing'], batchFailure })]);
    expect(lines[3]).toBe(
      '  2026-11-26T03:14:00.000Z  forwarder default fails with all of a batch: RouteError: no route',
    );
  });

  test('says so where the forwarder does not count by target', () => {
    const targets = [target('reader', { states: ['uncounted'], figures: null })];
    const lines = linesOf([route('orders', { targets })]);
    expect(lines[3]).toBe('  no figures by target: forwarder default has "metrics: route"');
    expect(lines[4]).toMatch(/^ {2}billing\/reader \(222222222222\) +uncounted +10 +– +– +– +– /);
  });

  test('shows fewer than one in ten minutes as such', () => {
    const lines = linesOf([route('orders', { figures: figures({ delivered: 1, failed: 4 }) })]);
    expect(lines[2]).toMatch(/^orders +ok +10 +<0\.1 +0 +0 +0 +0 +0 +0 +0\.3 /);
  });

  test('has totals and records of a local AWS, and what is delivered a second', () => {
    const held = { messages: 1, records: 1200, oldestSeconds: 5 };
    const targets = [target('reader', { waiting: 1200, dead: 0, deliveredPerSecond: 1.25 })];
    const local = route('orders', { waiting: held, deliveredPerSecond: 1.25, incoming: 1350, targets });
    const lines = linesOf([], localStatus([local]));
    expect(lines[0]?.trim().split(/ ─*/).join(' ')).toMatch(/^records, each once .*held now .*each try/);
    expect(lines[2]).toMatch(/^orders +ok +1,350 +150 +1\.3 +0 +0 +1,200 \(5 s\) +0 +30 +0 +0 +12 +80 +0 s$/);
    expect(lines[3]).toMatch(/ ok +1,350 +150 +1\.3 +0 +0 +1,200 +0 +30 /);
    expect(lines.at(-1)).toBe('1 route, 1 target; all well; since the start 15 min ago');
  });

  test('has no line that is longer than a terminal, and all of a reason', () => {
    const reason = `AccessDeniedException: ${'a long way '.repeat(20)}end`;
    const lastFailure = { at: '2026-11-26T03:14:00.000Z', class: 'denied', reason };
    const lines = linesOf(manyRoutes(target('reader-17-3', { states: ['denied'], lastFailure })), {}, 80);
    for (const line of lines) expect(line.length).toBeLessThanOrEqual(80);
    expect(lines.join(' ').replaceAll(/\s+/g, ' ')).toContain(`denied: ${reason}`);
  });
});
