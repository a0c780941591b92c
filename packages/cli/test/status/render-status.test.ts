import { describe, expect, test } from 'vitest';
import { sortRoutes, sortTargets } from '../../src/monitor/judge.ts';
import type { RouteStatus, Status } from '../../src/monitor/status.ts';
import { renderStatus } from '../../src/status/render-status.ts';
import { figures, route, statusOf, target } from '../monitor/statuses.ts';

const FROM = '2026-11-26T03:00:00.000Z';
const TO = '2026-11-26T03:15:00.000Z';

function linesOf(routes: RouteStatus[], some: Partial<Status> = {}): string[] {
  const status = { ...statusOf(sortRoutes(routes)), from: FROM, to: TO, ...some };
  const labelOf = (arn: string) => arn.slice(arn.lastIndexOf(':') + 1);
  return renderStatus(status, { labelOf }).trimEnd().split('\n');
}

const BROKEN = target('reader-17-3', {
  states: ['denied'],
  figures: figures({ parked: 300, calls: 15, p50: 9, p99: 20 }),
  lastFailure: { at: '2026-11-26T03:14:00.000Z', class: 'denied', reason: 'not\n authorized\u001B[31m' },
});

function manyRoutes(): RouteStatus[] {
  return Array.from({ length: 30 }, (_, number) => {
    const targets = Array.from({ length: 10 }, (_, index) => target(`reader-${number}-${index}`));
    if (number !== 17) return route(`stream-${number}`, { targets });
    return route('stream-17', {
      states: ['denied', 'alarm', 'waiting'],
      figures: figures({ delivered: 1350, parked: 300, calls: 285 }),
      waiting: { messages: 12, records: null, oldestSeconds: 2400 },
      alarms: [{ watched: 'parked', since: '2026-11-26T03:05:00.000Z' }],
      targets: sortTargets(targets.with(3, BROKEN)),
    });
  });
}

describe('the status, rendered', () => {
  test('shows 300 targets on one screen, and the broken one in its first five lines', () => {
    const lines = linesOf(manyRoutes());
    expect(lines.length).toBeLessThan(24);
    expect(lines[1]).toMatch(/^stream-17 +denied alarm waiting +12 \(40 min\) +0 +0 s +10 +90 /);
    expect(lines[2]).toBe('  in ALARM: parked for 10 min');
    expect(lines[3]).toMatch(/^ {2}reader-17-3 +denied +0 +0 +20 +0 +0 +1\.0 +9 +20$/);
    expect(lines[4]).toBe('    2026-11-26T03:14:00.000Z  denied: not authorized');
    expect(lines[5]).toMatch(/^ {2}9 other targets +ok +90 /);
    expect(lines[6]).toMatch(/^29 other routes, 290 targets +ok +0 +0 +0 s +290 +290 /);
    expect(lines[7]).toBe(
      '30 routes, 300 targets; 1 with trouble. Records and calls a minute, of the last 15 min',
    );
  });

  test('lists the failing targets of a route up to a number, and counts the others', () => {
    const failing = Array.from({ length: 30 }, (_, index) => target(`f-${index}`, { states: ['failing'] }));
    const lines = linesOf([route('orders', { states: ['failing'], targets: failing })]);
    expect(lines.filter((line) => line.startsWith('  f-'))).toHaveLength(5);
    expect(lines.join('\n')).toMatch(/^ {2}25 other targets +25 failing /m);
  });

  test('lists everything where there is little', () => {
    const lines = linesOf([route('b'), route('a', { targets: [target('x-10'), target('x-2')] })]);
    expect(lines.map((line) => line.trim().split(' ')[0])).toEqual([
      'state',
      'a',
      'x-10',
      'x-2',
      'b',
      'reader',
      '2',
    ]);
    expect(lines.at(-1)).toContain('all well');
  });

  test('shows alarms of a forwarder first, and what is not known as such', () => {
    const forwarders = [{ forwarder: 'default', alarms: [{ watched: 'errors' as const, since: null }] }];
    const unknown = route('orders', { states: ['unknown'], waiting: null, incoming: null, readDelay: null });
    const lines = linesOf([unknown], { forwarders });
    expect(lines[0]).toBe('forwarder default: in ALARM: errors');
    expect(lines[2]).toMatch(/^orders +unknown +\? +0 +– +– +10 /);
  });

  test('shows fewer than one in ten minutes as such', () => {
    const lines = linesOf([route('orders', { figures: figures({ delivered: 1, failed: 4 }) })]);
    expect(lines[1]).toMatch(/^orders +ok +0 +0 +0 s +10 +<0\.1 +0 +0 +0 +0\.3 /);
  });
});
