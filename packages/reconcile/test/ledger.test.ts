import type { FilterPattern } from '@xacct/core';
import { encodeParkedRecords } from '@xacct/core';
import { describe, expect, test } from 'vitest';
import type { ArrivedRecord } from '../src/arrivals.ts';
import type { PutRecord } from '../src/inbox.ts';
import { createLedger, type Ledger } from '../src/ledger.ts';

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
    forwarder: 'default',
    systemName: 'xacct',
    deaggregate: false,
    retryQueueUrl: 'https://sqs.us-west-2.amazonaws.com/111111111111/retry',
    deadLetterQueueUrl: 'https://sqs.us-west-2.amazonaws.com/111111111111/dead-letters',
    retryForSeconds: 86_400,
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

let requests = 0;

/** By an invocation of its own. */
function arrive(ledger: Ledger, functionArn: string, records: ArrivedRecord[], receivedAt: number): void {
  ledger.recordArrival({
    streamArn: STREAM,
    functionArn,
    requestId: `request-${requests++}`,
    receivedAt,
    records,
  });
}

/** The mapping of each route is done with these records. */
function settle(ledger: Ledger, routeNames: string[], eventIds: string[]): void {
  for (const name of routeNames) ledger.recordSettled(name, eventIds);
}

describe('createLedger', () => {
  test('counts records that arrived as delivered, and others as lost', () => {
    const ledger = createLedger([route('orders', READER)]);
    settle(ledger, ['orders'], ['a', 'b']);
    ledger.recordPut(STREAM, [put('a'), put('b')]);
    arrive(ledger, READER, [arrival('a')], 1250);
    expect(ledger.outstanding).toBe(1);
    expect(ledger.tallies()).toEqual([
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

  test('counts waiting records as parked, given-up ones as failed, and neither once they arrived', () => {
    const ledger = createLedger([route('orders', READER)]);
    settle(ledger, ['orders'], ['a', 'b', 'c', 'd']);
    ledger.recordPut(STREAM, [put('a'), put('b'), put('c'), put('d')]);
    arrive(ledger, READER, [arrival('a')], 1250);

    const tallies = ledger.tallies([
      { streamArn: STREAM, targetArn: READER, eventIds: ['a', 'b'] },
      { streamArn: STREAM, targetArn: `${READER}-2`, eventIds: ['c'] },
      { streamArn: `${STREAM}-2`, targetArn: READER, eventIds: ['c'] },
      { streamArn: STREAM, forwarderArn: FORWARDER, eventIds: ['d'] },
      { streamArn: STREAM, forwarderArn: `${FORWARDER}-2`, eventIds: ['c'] },
    ]);

    expect(tallies).toMatchObject([{ put: 4, delivered: 1, parked: 1, failed: 1, lost: 1 }]);
  });

  test('counts records that the mapping is not done with as failed: they come again', () => {
    const ledger = createLedger([route('orders', READER), route('audit', `${READER}-audit`)]);
    ledger.recordPut(STREAM, [put('a'), put('b')]);
    settle(ledger, ['orders'], ['a']);
    expect(ledger.tallies().map(({ failed, lost }) => [failed, lost])).toEqual([
      [1, 1],
      [2, 0],
    ]);
  });

  test('counts further arrivals of a record as duplicates', () => {
    const ledger = createLedger([route('orders', READER)]);
    ledger.recordPut(STREAM, [put('a')]);
    for (const at of [1100, 1200, 1300]) arrive(ledger, READER, [arrival('a')], at);
    expect(ledger.outstanding).toBe(0);
    expect(ledger.tallies()).toEqual([
      expect.objectContaining({ delivered: 1, duplicates: 2, lost: 0, p50Ms: 100 }),
    ]);
  });

  test('counts a record that arrived with other data as lost', () => {
    const ledger = createLedger([route('orders', READER)]);
    settle(ledger, ['orders'], ['a']);
    ledger.recordPut(STREAM, [put('a', 'as put')]);
    arrive(ledger, READER, [arrival('a', 'as altered')], 1100);
    expect(ledger.tallies()).toEqual([expect.objectContaining({ delivered: 0, lost: 1, p50Ms: null })]);
  });

  test('takes an arrival before its put', () => {
    const ledger = createLedger([route('orders', READER)]);
    arrive(ledger, READER, [arrival('a')], 1001);
    ledger.recordPut(STREAM, [put('a')]);
    expect([ledger.outstanding, ledger.tallies()[0]?.delivered]).toEqual([0, 1]);
  });

  test('ignores records that are not routed there', () => {
    const ledger = createLedger([route('orders', READER)]);
    ledger.recordPut(STREAM, [put('a')]);
    arrive(ledger, `${READER}-other`, [arrival('a')], 1100);
    expect(ledger.outstanding).toBe(1);
  });

  test('expects a record twice where two routes lead it to one function', () => {
    const ledger = createLedger([route('first', READER), route('second', READER)]);
    settle(ledger, ['first', 'second'], ['a']);
    ledger.recordPut(STREAM, [put('a')]);
    expect(ledger.outstanding).toBe(2);
    arrive(ledger, READER, [arrival('a')], 1100);
    expect(ledger.tallies().map(({ delivered, lost }) => [delivered, lost])).toEqual([
      [1, 0],
      [0, 1],
    ]);
    arrive(ledger, READER, [arrival('a')], 1200);
    expect(ledger.outstanding).toBe(0);
    expect(ledger.tallies().map(({ delivered, duplicates }) => [delivered, duplicates])).toEqual([
      [1, 0],
      [1, 0],
    ]);
  });

  const counts = (ledger: Ledger) =>
    ledger
      .tallies()
      .map(({ delivered, filtered, duplicates, lost }) => ({ delivered, filtered, duplicates, lost }));

  test('counts records that a mapping dropped as filtered at every target of its route, and does not wait for them', () => {
    const ledger = createLedger([
      route('orders', READER, `${READER}:live`),
      route('audit', `${READER}-audit`),
    ]);
    settle(ledger, ['audit'], ['a', 'b', 'c']);
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

  test('counts records that the filter of a target drops as filtered there', () => {
    const ledger = createLedger([
      filteredRoute('orders', { data: { a: [1] } }),
      route('audit', `${READER}-audit`),
    ]);
    settle(ledger, ['audit'], ['a', 'b', 'c']);
    ledger.recordPut(STREAM, [put('a', '{"a":1}'), put('b', '{"a":2}'), put('c', 'text')]);
    expect(ledger.outstanding).toBe(4);
    arrive(ledger, READER, [arrival('a', '{"a":1}')], 1100);
    expect(ledger.outstanding).toBe(3);
    expect(counts(ledger)).toEqual([
      { delivered: 1, filtered: 2, duplicates: 0, lost: 0 },
      { delivered: 0, filtered: 0, duplicates: 0, lost: 3 },
    ]);
  });

  test('counts a record that arrives in spite of a filter as delivered, and not as filtered', () => {
    const ledger = createLedger([filteredRoute('orders', { data: { a: [1] } })]);
    ledger.recordPut(STREAM, [put('a', '{"a":2}'), put('b', '{"a":2}')]);
    for (const at of [1100, 1200]) arrive(ledger, READER, [arrival('a', '{"a":2}')], at);
    expect(ledger.outstanding).toBe(0);
    expect(counts(ledger)).toEqual([{ delivered: 1, filtered: 1, duplicates: 1, lost: 0 }]);
  });

  test('gives the arrivals at one function to the routes that let the record through', () => {
    const ledger = createLedger([filteredRoute('first', { data: { a: [1] } }), route('second', READER)]);
    settle(ledger, ['second'], ['a', 'b']);
    ledger.recordPut(STREAM, [put('a', '{"a":1}'), put('b', '{"a":2}')]);
    expect(ledger.outstanding).toBe(3);
    arrive(ledger, READER, [arrival('b', '{"a":2}'), arrival('a', '{"a":1}')], 1100);
    expect(ledger.outstanding).toBe(1);
    expect(counts(ledger)).toEqual([
      { delivered: 1, filtered: 1, duplicates: 0, lost: 0 },
      { delivered: 1, filtered: 0, duplicates: 0, lost: 1 },
    ]);
    arrive(ledger, READER, [arrival('b', '{"a":2}')], 1200);
    expect(counts(ledger)[1]).toEqual({ delivered: 1, filtered: 0, duplicates: 1, lost: 1 });
  });

  test('counts what is kept for a paused target as paused, and waits for no arrival of it', () => {
    const paused = route('orders', READER, `${READER}-2`);
    const targets = paused.targets.map((target, index) => ({
      ...target,
      ...(index === 0 && { paused: true as const }),
    }));
    const ledger = createLedger([{ ...paused, targets }]);
    ledger.recordPut(STREAM, [put('a'), put('b'), put('c')]);
    expect(ledger.outstanding).toBe(6);
    arrive(ledger, `${READER}-2`, [arrival('a'), arrival('b'), arrival('c')], 1100);
    settle(ledger, ['orders'], ['a', 'b']);
    expect(ledger.outstanding).toBe(1);
    settle(ledger, ['orders'], ['c']);
    expect(ledger.outstanding).toBe(0);

    const kept = (...eventIds: string[]) => [{ streamArn: STREAM, targetArn: READER, eventIds }];
    const [first, second] = ledger.tallies(kept('b'), kept('a', 'b'));
    expect(first).toMatchObject({ delivered: 0, parked: 1, paused: 1, failed: 0, lost: 1 });
    expect(second).toMatchObject({ delivered: 3, parked: 0, paused: 0, failed: 0, lost: 0 });
  });

  test('adds up: each record put is delivered, filtered, parked, paused, failed or lost', () => {
    const ledger = createLedger([
      filteredRoute('first', { data: { a: [1] } }),
      filteredRoute('second', { data: { a: [2] } }),
    ]);
    ledger.recordPut(
      STREAM,
      [1, 2, 3, 4].map((a) => put(String(a), `{"a":${a}}`)),
    );
    ledger.recordFiltered('first', ['4', '1']);
    arrive(ledger, READER, [arrival('3', '{"a":3}'), arrival('4', 'altered')], 1100);
    settle(ledger, ['first'], ['2']);
    for (const { put: total, delivered, filtered, parked, paused, failed, lost } of ledger.tallies()) {
      expect(delivered + filtered + parked + paused + failed + lost).toBe(total);
    }
    expect(ledger.outstanding).toBe(1);
  });

  test('explains duplicates by what brought the record again, and counts those without an explanation', () => {
    const ledger = createLedger([route('orders', READER)]);
    const causes = () => ledger.tallies()[0]?.duplicateCauses;
    const none = { event: 0, answer: 0, stream: 0, queue: 0, unexplained: 0 };
    const arriveBy = (requestId: string) =>
      ledger.recordArrival({
        streamArn: STREAM,
        functionArn: READER,
        requestId,
        receivedAt: 1100,
        records: [arrival('a')],
      });
    ledger.recordPut(STREAM, [put('a')]);
    const streamRecord = { eventSource: 'aws:kinesis', eventSourceARN: STREAM, eventID: 'a' };
    ledger.recordInvocation({ invokedArn: FORWARDER, event: { Records: [streamRecord] } });

    arriveBy('1');
    expect(causes()).toEqual(none);
    arriveBy('2');
    expect(causes()).toEqual({ ...none, unexplained: 1 });
    ledger.recordUnanswered('1');
    expect(causes()).toEqual({ ...none, answer: 1 });
    arriveBy('2');
    expect(causes()).toEqual({ ...none, answer: 1, event: 1 });
    arriveBy('3');
    arriveBy('4');
    expect(causes()).toEqual({ ...none, answer: 1, event: 1, unexplained: 2 });
    ledger.recordInvocation({ invokedArn: FORWARDER, event: { Records: [streamRecord] } });
    const [body = ''] = [
      encodeParkedRecords(
        {
          route: 'orders',
          streamArn: STREAM,
          target: READER,
          shardId: 'shardId-000000000000',
          firstSequenceNumber: '1',
          lastSequenceNumber: '1',
          failure: 'unavailable',
          reason: 'no answer',
          attempts: 1,
          parkedAt: '2026-01-15T12:00:00Z',
        },
        ['{"eventID":"a"}'],
      ),
    ];
    const message = { eventSource: 'aws:sqs', eventSourceARN: 'arn:aws:sqs:::retry', body };
    ledger.recordInvocation({ invokedArn: FORWARDER, event: { Records: [message] } });
    expect(causes()).toEqual({ event: 1, answer: 1, stream: 1, queue: 1, unexplained: 0 });
  });
});
