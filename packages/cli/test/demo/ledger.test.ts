import type { FilterPattern } from '@xacct/core';
import { describe, expect, test } from 'vitest';
import { Ledger } from '../../src/demo/ledger.ts';
import type { PutRecord } from '../../src/demo/put-events.ts';

const STREAM = 'arn:aws:kinesis:us-west-2:111111111111:stream/orders';
const FORWARDER = 'arn:aws:lambda:us-west-2:111111111111:function:xacct-forwarder-default';
const READER = 'arn:aws:lambda:us-west-2:999999999999:function:reader';

function route(name: string, ...functionArns: string[]) {
  const targets = functionArns.map((functionArn) => ({
    account: functionArn.split(':')[4] ?? '',
    region: 'us-west-2',
    functionArn,
    roleArn: 'arn:aws:iam::999999999999:role/xacct-route-orders',
    externalId: 'xacct:orders',
    invocation: 'event' as const,
    onFailure: 'block' as const,
  }));
  return {
    name,
    account: '111111111111',
    streamArn: STREAM,
    streamName: 'orders',
    enabled: true,
    forwarderArn: FORWARDER,
    deaggregate: false,
    retryQueueUrl: 'https://sqs.us-west-2.amazonaws.com/111111111111/retry',
    deadLetterQueueUrl: 'https://sqs.us-west-2.amazonaws.com/111111111111/dead-letters',
    targets,
  };
}

/** A route whose target has a filter of its own. */
function filteredRoute(name: string, filter: FilterPattern) {
  const unfiltered = route(name, READER);
  return { ...unfiltered, targets: unfiltered.targets.map((target) => ({ ...target, filter })) };
}

function put(eventId: string, data = 'data', putAt = 1000): PutRecord {
  const base64 = Buffer.from(data).toString('base64');
  return { eventId, putAt, record: { kinesis: { data: base64 } }, content: base64 };
}

function arrival(eventId: string, data = 'data') {
  return { eventId, content: Buffer.from(data).toString('base64') };
}

describe('Ledger', () => {
  test('counts what arrived as delivered, and what did not as lost', () => {
    const ledger = new Ledger([route('orders', READER)]);
    ledger.recordPut(STREAM, [put('a'), put('b')]);
    ledger.recordArrival(STREAM, READER, [arrival('a')], 1250);
    expect(ledger.outstanding).toBe(1);
    expect(ledger.accounts()).toEqual([
      expect.objectContaining({
        route: 'orders',
        put: 2,
        delivered: 1,
        duplicates: 0,
        lost: 1,
        p50Ms: 250,
        p95Ms: 250,
      }),
    ]);
  });

  test('counts what waits for a target as parked, and not what it has by now', () => {
    const ledger = new Ledger([route('orders', READER)]);
    ledger.recordPut(STREAM, [put('a'), put('b'), put('c'), put('d')]);
    ledger.recordArrival(STREAM, READER, [arrival('a')], 1250);

    const accounts = ledger.accounts([
      { streamArn: STREAM, targetArn: READER, eventIds: ['a', 'b'] },
      { streamArn: STREAM, targetArn: `${READER}-2`, eventIds: ['c'] },
      { streamArn: `${STREAM}-2`, targetArn: READER, eventIds: ['c'] },
      { streamArn: STREAM, forwarderArn: FORWARDER, eventIds: ['d'] },
      { streamArn: STREAM, forwarderArn: `${FORWARDER}-2`, eventIds: ['c'] },
    ]);

    expect(accounts).toMatchObject([{ put: 4, delivered: 1, parked: 2, lost: 1 }]);
  });

  test('counts further arrivals of a record as duplicates', () => {
    const ledger = new Ledger([route('orders', READER)]);
    ledger.recordPut(STREAM, [put('a')]);
    for (const at of [1100, 1200, 1300]) ledger.recordArrival(STREAM, READER, [arrival('a')], at);
    expect(ledger.outstanding).toBe(0);
    expect(ledger.accounts()).toEqual([
      expect.objectContaining({ delivered: 1, duplicates: 2, lost: 0, p50Ms: 100 }),
    ]);
  });

  test('counts a record that arrived with other data as lost', () => {
    const ledger = new Ledger([route('orders', READER)]);
    ledger.recordPut(STREAM, [put('a', 'as put')]);
    ledger.recordArrival(STREAM, READER, [arrival('a', 'as altered')], 1100);
    expect(ledger.accounts()).toEqual([expect.objectContaining({ delivered: 0, lost: 1, p50Ms: null })]);
  });

  test('takes an arrival before its put', () => {
    const ledger = new Ledger([route('orders', READER)]);
    ledger.recordArrival(STREAM, READER, [arrival('a')], 1001);
    ledger.recordPut(STREAM, [put('a')]);
    expect([ledger.outstanding, ledger.accounts()[0]?.delivered]).toEqual([0, 1]);
  });

  test('ignores what was not routed there', () => {
    const ledger = new Ledger([route('orders', READER)]);
    ledger.recordPut(STREAM, [put('a')]);
    ledger.recordArrival(STREAM, `${READER}-other`, [arrival('a')], 1100);
    expect(ledger.outstanding).toBe(1);
  });

  test('expects a record twice where two routes lead it to one function', () => {
    const ledger = new Ledger([route('first', READER), route('second', READER)]);
    ledger.recordPut(STREAM, [put('a')]);
    expect(ledger.outstanding).toBe(2);
    ledger.recordArrival(STREAM, READER, [arrival('a')], 1100);
    expect(ledger.accounts().map(({ delivered, lost }) => [delivered, lost])).toEqual([
      [1, 0],
      [0, 1],
    ]);
    ledger.recordArrival(STREAM, READER, [arrival('a')], 1200);
    expect(ledger.outstanding).toBe(0);
    expect(ledger.accounts().map(({ delivered, duplicates }) => [delivered, duplicates])).toEqual([
      [1, 0],
      [1, 0],
    ]);
  });

  const counts = (ledger: Ledger) =>
    ledger
      .accounts()
      .map(({ delivered, filtered, duplicates, lost }) => ({ delivered, filtered, duplicates, lost }));

  test('counts what a mapping dropped as filtered at every target of its route, and waits for none of it', () => {
    const ledger = new Ledger([route('orders', READER, `${READER}:live`), route('audit', `${READER}-audit`)]);
    ledger.recordFiltered('orders', ['b']);
    ledger.recordPut(STREAM, [put('a'), put('b'), put('c')]);
    expect(ledger.outstanding).toBe(7);
    ledger.recordFiltered('orders', ['a', 'c']);
    ledger.recordFiltered('orders', ['a']);
    expect(ledger.outstanding).toBe(3);
    expect(counts(ledger)).toEqual([
      { delivered: 0, filtered: 3, duplicates: 0, lost: 0 },
      { delivered: 0, filtered: 3, duplicates: 0, lost: 0 },
      { delivered: 0, filtered: 0, duplicates: 0, lost: 3 },
    ]);
  });

  test("counts what a target's own filter keeps from it as filtered there", () => {
    const ledger = new Ledger([
      filteredRoute('orders', { data: { a: [1] } }),
      route('audit', `${READER}-audit`),
    ]);
    ledger.recordPut(STREAM, [put('a', '{"a":1}'), put('b', '{"a":2}'), put('c', 'text')]);
    expect(ledger.outstanding).toBe(4);
    ledger.recordArrival(STREAM, READER, [arrival('a', '{"a":1}')], 1100);
    expect(ledger.outstanding).toBe(3);
    expect(counts(ledger)).toEqual([
      { delivered: 1, filtered: 2, duplicates: 0, lost: 0 },
      { delivered: 0, filtered: 0, duplicates: 0, lost: 3 },
    ]);
  });

  test('counts a record that arrives in spite of a filter as delivered, and not as filtered', () => {
    const ledger = new Ledger([filteredRoute('orders', { data: { a: [1] } })]);
    ledger.recordPut(STREAM, [put('a', '{"a":2}'), put('b', '{"a":2}')]);
    for (const at of [1100, 1200]) ledger.recordArrival(STREAM, READER, [arrival('a', '{"a":2}')], at);
    expect(ledger.outstanding).toBe(0);
    expect(counts(ledger)).toEqual([{ delivered: 1, filtered: 1, duplicates: 1, lost: 0 }]);
  });

  test('gives the arrivals at one function to the routes that let the record through', () => {
    const ledger = new Ledger([filteredRoute('first', { data: { a: [1] } }), route('second', READER)]);
    ledger.recordPut(STREAM, [put('a', '{"a":1}'), put('b', '{"a":2}')]);
    expect(ledger.outstanding).toBe(3);
    ledger.recordArrival(STREAM, READER, [arrival('b', '{"a":2}'), arrival('a', '{"a":1}')], 1100);
    expect(ledger.outstanding).toBe(1);
    expect(counts(ledger)).toEqual([
      { delivered: 1, filtered: 1, duplicates: 0, lost: 0 },
      { delivered: 1, filtered: 0, duplicates: 0, lost: 1 },
    ]);
    ledger.recordArrival(STREAM, READER, [arrival('b', '{"a":2}')], 1200);
    expect(counts(ledger)[1]).toEqual({ delivered: 1, filtered: 0, duplicates: 1, lost: 1 });
  });

  test('adds up: what was put is delivered, filtered or lost', () => {
    const ledger = new Ledger([
      filteredRoute('first', { data: { a: [1] } }),
      filteredRoute('second', { data: { a: [2] } }),
    ]);
    ledger.recordPut(
      STREAM,
      [1, 2, 3, 4].map((a) => put(String(a), `{"a":${a}}`)),
    );
    ledger.recordFiltered('first', ['4', '1']);
    ledger.recordArrival(STREAM, READER, [arrival('3', '{"a":3}'), arrival('4', 'altered')], 1100);
    for (const { put: total, delivered, filtered, parked, lost } of ledger.accounts()) {
      expect(delivered + filtered + parked + lost).toBe(total);
    }
    expect(ledger.outstanding).toBe(1);
  });
});
