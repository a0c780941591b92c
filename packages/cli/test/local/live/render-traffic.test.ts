import { describe, expect, test } from 'vitest';
import { type LiveOptions, renderTraffic } from '../../../src/local/live/render-traffic.ts';
import { counts, deployedRoute, queue, viewOf } from '../traffic-view.ts';

const orders = deployedRoute('orders', 2);
const [first = '', second = ''] = orders.targets.map(({ functionArn }) => functionArn);

const busy = viewOf(
  [orders, deployedRoute('payments')],
  (traffic) => {
    traffic.log('f', counts('orders', first, { RecordsIn: 50, Delivered: 50 }));
    traffic.log('f', counts('orders', second, { RecordsIn: 50, Parked: 50 }));
    const reason = `AccessDenied\n\x1b[2J${'x'.repeat(300)}`;
    traffic.log(
      'f',
      JSON.stringify({ level: 'error', route: 'orders', target: second, reason, records: 50 }),
    );
    traffic.edited(true, 'routes.yaml: added route payments; 1 route as before');
  },
  [queue('orders-retry', 2), queue('orders-dead', 1)],
);

function render(view: typeof busy, options: Partial<LiveOptions>): string[] {
  return renderTraffic(view, {
    columns: 120,
    rows: 40,
    accountNames: new Map([['222222222222', 'analytics']]),
    page: undefined,
    paint: (_, text) => text,
    ...options,
  });
}

describe('renderTraffic', () => {
  test('shows routes, targets, rates, queues, failures and the last edit', () => {
    const lines = render(busy, {});
    const row = (text: string) => lines.find((line) => line.includes(text)) ?? '';
    expect(row('analytics/reader-0')).toMatch(/^ {2}● analytics\/reader-0 +10\.0 +10\.0 +– +– +– +50$/);
    expect(row('222222222223/reader-1')).toMatch(/^ {2}✗ 222222222223\/reader-1 +10\.0 +– +– +10\.0 +– +0$/);
    expect(row('orders → xacct')).toContain('2 messages to retry, 1 dead letter');
    expect(row('payments → xacct')).not.toContain('retry');
    expect(lines.join('\n')).toContain('orders → 222222222223/reader-1');
    expect(lines).toContainEqual(expect.stringMatching(/^ {2}AccessDenied xxx/));
    expect(lines.slice(-2).map((line) => line.trimEnd())).toEqual([
      'routes.yaml: added route payments; 1 route as before',
      'Ctrl-C stops it',
    ]);
  });

  test.each([
    [120, 40],
    [80, 24],
    [40, 12],
    [20, 6],
    [8, 3],
  ])('fits into %i columns and %i rows, and nothing in it moves the cursor', (columns, rows) => {
    const lines = render(busy, { columns, rows });
    expect(lines.length).toBeLessThan(rows);
    for (const line of lines) {
      expect(line).not.toMatch(/\p{Cc}/u);
      if (columns >= 80) expect([...line].length).toBeLessThan(columns);
    }
  });

  test('puts each route on one line where there is no room for the targets', () => {
    const many = viewOf(Array.from({ length: 12 }, (_, index) => deployedRoute(`stream-${index}`, 5)));
    const lines = render(many, { rows: 24 });
    for (let index = 0; index < 12; index++) {
      expect(lines.some((line) => line.startsWith(`stream-${index} `))).toBe(true);
    }
    expect(lines.join('\n')).not.toContain('reader-');
  });

  test('shows the routes in trouble first if there is no room for all, and how many are left', () => {
    const routes = Array.from({ length: 50 }, (_, index) => deployedRoute(`stream-${index}`));
    const view = viewOf(routes, (traffic) => {
      traffic.log('f', counts('stream-49', first, { RecordsIn: 5, Failed: 5 }));
    });
    const lines = render(view, { rows: 20 });
    expect(lines.join('\n')).toMatch(/^stream-49 /m);
    expect(lines.join('\n')).toMatch(/… and \d+ more routes; --ui shows them all/);
  });
});
