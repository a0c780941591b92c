import { describe, expect, test } from 'vitest';
import { deployedRoute } from '../deployed-route.ts';
import { smallWorld } from './small-world.ts';

const orders = deployedRoute('orders', 2);
const [first = '', second = ''] = orders.targets.map(({ functionArn }) => functionArn);
const MINUTE_MS = 60_000;

describe('createFeed', () => {
  test('has records since the start, calls with their time, and what was delivered a second', () => {
    const { count, feed, status } = smallWorld([orders]);
    feed.incoming(orders.streamArn, 10);
    count('orders', first, { RecordsIn: 10, Delivered: 7, Parked: 3, InvokeLatency: [30, 10] });
    count('orders', first, { RecordsIn: 3, Delivered: 3, InvokeLatency: [20] });
    expect(status().routes[0]).toMatchObject({
      incoming: 10,
      figures: { delivered: 10, parked: 3, calls: 3, p50: 20, p99: 30 },
      deliveredPerSecond: 2,
      targets: [
        { target: first, figures: { delivered: 10, filtered: 0, parked: 3, failed: 0, calls: 3 } },
        { target: second, figures: { delivered: 0, calls: 0, p50: null, p99: null } },
      ],
    });
  });

  test('has a route first for which records wait, also when nothing new comes', () => {
    const { observed, ...world } = smallWorld(
      ['stream-10', 'stream-2', 'stream-30'].map((name) => deployedRoute(name)),
    );
    const [target = ''] = observed.routes.map(({ targets }) => targets[0]?.functionArn);
    world.count('stream-30', target, { RecordsIn: 12, Parked: 12 });
    world.send('stream-30-retry', 'stream-30', target, ['1', '2']);
    world.send('stream-30-retry', 'stream-30', target, ['3']);
    world.count('stream-2', target, { RecordsIn: 1, Delivered: 1 });
    world.wait(10 * MINUTE_MS);
    const { routes } = world.status();
    expect(routes.map(({ route, states }) => [route, ...states])).toEqual([
      ['stream-30', 'waiting', 'failing'],
      ['stream-2', 'ok'],
      ['stream-10', 'quiet'],
    ]);
    expect(routes[0]?.waiting).toEqual({ messages: 2, records: 3, oldestSeconds: 600 });
    expect(routes[0]?.targets[0]).toMatchObject({ states: ['waiting', 'failing'], waiting: 3, dead: 0 });
  });

  test('has the age of records, not that of the message that they were sent again in', () => {
    const { send, status, wait } = smallWorld([orders]);
    wait(MINUTE_MS);
    send('orders-retry', 'orders', first, ['1'], Date.parse(status().to) - 30_000);
    expect(status().routes[0]?.waiting?.oldestSeconds).toBe(30);
  });

  test('has the last failure of a target, which is over a minute later if nothing waits', () => {
    const { count, failure, status, wait } = smallWorld([orders]);
    count('orders', first, { RecordsIn: 1, Parked: 1 });
    failure('orders', first, { class: 'denied', reason: 'may not assume' });
    const target = () => status().routes[0]?.targets.find(({ target }) => target === first);
    expect(target()?.states).toEqual(['denied']);
    count('orders', first, { RecordsIn: 1, Delivered: 1 });
    wait(MINUTE_MS);
    const over = { at: '2026-01-15T12:00:00.000Z', class: 'denied', reason: 'may not assume' };
    expect(target()).toMatchObject({ states: ['ok'], lastFailure: over });
    expect(status().routes[0]?.states).toEqual(['ok']);
  });

  test('keeps why a target failed while it is not called for that', () => {
    const { failure, send, status, wait } = smallWorld([orders]);
    failure('orders', first, { class: 'denied', reason: 'may not assume' });
    wait(10 * MINUTE_MS);
    failure('orders', first, {
      class: 'breaker-open',
      reason: 'Not called, since the target failed: may not assume',
    });
    send('orders-retry', 'orders', first, ['1']);
    expect(status().routes[0]?.targets[0]).toMatchObject({
      states: ['denied', 'waiting'],
      lastFailure: { at: '2026-01-15T12:10:00.000Z', class: 'denied', reason: 'may not assume' },
    });
  });

  test('counts what the forwarder counts by route, and does not know its targets', () => {
    const { feed, send, status } = smallWorld([orders]);
    feed.log('f', '{"_aws":{},"Forwarder":"f","Route":"orders","Delivered":4}');
    send('orders-dead', 'orders', first, ['1']);
    expect(status().routes[0]).toMatchObject({
      figures: { delivered: 4 },
      targets: [
        { states: ['dead'], figures: null, deliveredPerSecond: null, dead: 1 },
        { states: ['uncounted'], figures: null, dead: 0 },
      ],
    });
  });

  test('has a target as paused whose records are kept, also if the file does not say so any more', () => {
    const { keep, pausedKey, status } = smallWorld([orders]);
    keep(pausedKey('orders', second, '1', 3));
    const [route] = status().routes;
    expect(route).toMatchObject({ states: ['paused'], figures: { paused: 3 } });
    expect(route?.targets[0]).toMatchObject({ target: second, states: ['paused'], figures: { paused: 3 } });
  });

  test('counts neither a probe nor a message whose object is gone, and any other once', () => {
    const { queueOf, refer, remove, status } = smallWorld([orders]);
    const sentAt = Date.parse(status().to);
    queueOf('orders-retry').set('a', { id: 'a', body: '{"xacct":"probe/1"}', sentAt });
    queueOf('orders-retry').set('b', { id: 'b', body: 'what is this', sentAt });
    refer('orders-retry', 'orders', first, 5, 'waiting/a');
    refer('orders-retry', 'orders', first, 5, 'waiting/a');
    expect(status().routes[0]?.waiting).toEqual({ messages: 2, records: 5, oldestSeconds: 0 });
    remove('waiting/a');
    expect(status().routes[0]?.waiting).toEqual({ messages: 1, records: 0, oldestSeconds: 0 });
  });

  test('has how late the stream is read, by the last batch of a function', () => {
    const { feed, status, wait } = smallWorld([orders]);
    const { forwarderArn: invokedArn, streamArn: eventSourceARN } = orders;
    const arrived = Date.parse(status().to) / 1000 - 2;
    const record = (seconds: number) => ({
      eventSourceARN,
      kinesis: { approximateArrivalTimestamp: seconds },
    });
    feed.invoked({ invokedArn, event: { Records: [record(arrived - 1), record(arrived)] } });
    feed.invoked({ invokedArn, event: { Records: [{ body: '{}', eventSourceARN: 'arn:aws:sqs:a' }] } });
    expect(status().routes[0]?.readDelay).toBe(2000);
    wait(MINUTE_MS);
    expect(status().routes[0]?.readDelay).toBeNull();
  });

  test('has why the forwarder fails with batches of a route, for a minute', () => {
    const { feed, status, wait } = smallWorld([orders]);
    feed.failedBatch('orders', 'RouteError: no route');
    const batchFailure = { at: '2026-01-15T12:00:00.000Z', reason: 'RouteError: no route' };
    expect(status().routes[0]).toMatchObject({ states: ['failing'], batchFailure });
    wait(MINUTE_MS);
    expect(status().routes[0]).toMatchObject({ states: ['quiet'], batchFailure: null });
  });

  test('has the alarms that are raised, at their routes and forwarders', () => {
    const { observed, feed } = smallWorld([orders, deployedRoute('orders-b')]);
    const since = Date.UTC(2026, 0, 15, 11);
    const alarm = (name: string, state: 'ALARM' | 'OK') => {
      return { deployed: { name, account: '111111111111' } as never, state, reason: '', since };
    };
    const alarms = [
      alarm('xacct-route-orders-b-parked', 'ALARM'),
      alarm('xacct-route-orders-parked', 'OK'),
      alarm('xacct-forwarder-default-errors', 'ALARM'),
      alarm('billing', 'ALARM'),
    ];
    const { routes, forwarders, failures } = feed.status({ ...observed, alarms }, new Map());
    const at = '2026-01-15T11:00:00.000Z';
    expect(routes.map(({ route, states, alarms }) => [route, states[0], alarms])).toEqual([
      ['orders-b', 'alarm', [{ watched: 'parked', since: at }]],
      ['orders', 'quiet', []],
    ]);
    expect(forwarders).toEqual([{ forwarder: 'default', alarms: [{ watched: 'errors', since: at }] }]);
    expect(failures).toMatchObject([{ at, reason: 'Alarm billing is raised' }]);
  });

  test("has what failed besides deliveries: calls, problems, and functions' own code", () => {
    const { feed, status, failure } = smallWorld([orders]);
    const call = { action: 'kinesis:PutRecord', error: 'ResourceNotFoundException', message: 'no stream' };
    feed.call({ ...call, principal: 'arn:aws:iam::111111111111:user/administrator' });
    feed.call({ ...call, principal: 'arn:aws:sts::111111111111:assumed-role/xacct/f' });
    feed.call({ action: 'kinesis:PutRecord', principal: 'arn:aws:iam::111111111111:user/administrator' });
    feed.problem('a stream cannot be read');
    feed.log('ledger', '\tERROR\tInvoke Error \t{"errorType":"Error","errorMessage":"no","stack":[]}');
    failure('orders', first, { class: 'denied', reason: 'may not assume' });
    const unparked = {
      level: 'error',
      message: 'Records could not be parked',
      route: 'orders',
      target: first,
    };
    for (const requestId of [1, 2])
      feed.log('f', JSON.stringify({ ...unparked, requestId, reason: 'no queue' }));
    const nothing = {
      at: '2026-01-15T12:00:00.000Z',
      route: null,
      target: null,
      functionName: null,
      times: 1,
    };
    expect(status().failures).toEqual([
      { ...nothing, route: 'orders', target: first, reason: 'no queue', times: 2 },
      { ...nothing, functionName: 'ledger', reason: 'Error: no' },
      { ...nothing, reason: 'a stream cannot be read' },
      { ...nothing, reason: 'kinesis:PutRecord failed: ResourceNotFoundException: no stream' },
    ]);
  });

  test('has what the last edit came to, and the names of accounts', () => {
    const { feed, observed } = smallWorld([orders]);
    feed.edited(false, 'wrong');
    const { edit, accountNames, system } = feed.status(observed, new Map([['222222222222', 'billing']]));
    expect(edit).toEqual({ at: '2026-01-15T12:00:00.000Z', applied: false, text: 'wrong' });
    expect(accountNames).toEqual({ '222222222222': 'billing' });
    expect(system).toMatchObject({
      kind: 'local',
      account: '111111111111',
      endpoint: 'http://127.0.0.1:4580',
    });
  });
});
