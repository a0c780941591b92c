import { describe, expect, test } from 'vitest';
import { counts, deployedRoute, NOON_MS, queue, viewOf } from './traffic-view.ts';

const orders = deployedRoute('orders', 2);
const first = orders.targets[0]?.functionArn ?? '';

describe('Traffic', () => {
  test('counts what became of records by target, and over all', () => {
    const { routes, flow } = viewOf([orders], (traffic) => {
      traffic.log('f', counts('orders', first, { RecordsIn: 10, Delivered: 7, Filtered: 1, Parked: 2 }));
      traffic.log('f', counts('orders', first, { RecordsIn: 5, Failed: 5 }));
    });
    const totals = { recordsIn: 15, delivered: 7, filtered: 1, parked: 2, paused: 0, failed: 5 };
    for (const seen of [routes[0]?.targets[0]?.flow, flow]) {
      expect(
        Object.fromEntries(Object.entries(seen ?? {}).map(([kind, { total }]) => [kind, total])),
      ).toEqual(totals);
      expect(seen?.recordsIn.perSecond).toBe(3);
    }
    expect(routes[0]?.targets[1]?.flow.recordsIn).toEqual({ total: 0, perSecond: 0 });
  });

  test('shows what is in the queues of a route', () => {
    const [route] = viewOf([orders], () => {}, [queue('orders-retry', 3), queue('orders-dead', 1)]).routes;
    expect([route?.retryQueue?.visible, route?.deadLetterQueue?.visible]).toEqual([3, 1]);
  });

  test('keeps the last failure of a target, and all of them in one list', () => {
    const { routes, failures } = viewOf([orders], (traffic) => {
      traffic.log(
        'f',
        JSON.stringify({ level: 'error', route: 'orders', target: first, reason: 'down', records: 4 }),
      );
      traffic.log('ledger', '\tERROR\tInvoke Error \t{"errorType":"Error","errorMessage":"no","stack":[]}');
      traffic.problem('a stream cannot be read');
    });
    expect(routes[0]?.targets.map(({ lastFailure }) => lastFailure)).toEqual([
      { at: NOON_MS, reason: 'down' },
      null,
    ]);
    expect(failures.map(({ functionName, reason }) => [functionName, reason])).toEqual([
      [undefined, 'a stream cannot be read'],
      ['ledger', 'Error: no'],
      [undefined, 'down'],
    ]);
  });

  test("lists failed calls, unless a function's role made them, whose log says more", () => {
    const call = { action: 'kinesis:PutRecord', error: 'ResourceNotFoundException', message: 'no stream' };
    const { failures } = viewOf([orders], (traffic) => {
      traffic.call({ ...call, principal: 'arn:aws:iam::111111111111:user/administrator' });
      traffic.call({ ...call, principal: 'arn:aws:sts::111111111111:assumed-role/xacct/f' });
      traffic.call({
        action: 'kinesis:PutRecord',
        principal: 'arn:aws:iam::111111111111:user/administrator',
      });
    });
    expect(failures).toMatchObject([
      { reason: 'kinesis:PutRecord failed: ResourceNotFoundException: no stream', times: 1 },
    ]);
  });

  test('counts what a mapping filters, and knows what the last edit came to', () => {
    const { routes, edit } = viewOf([orders], (traffic) => {
      traffic.filtered('orders', 2);
      traffic.filtered('orders', 3);
      traffic.edited(false, 'wrong');
    });
    expect(routes[0]?.filteredBefore).toBe(5);
    expect(edit).toEqual({ at: NOON_MS, applied: false, text: 'wrong' });
  });
});
