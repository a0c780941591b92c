import { describe, expect, test } from 'vitest';
import { Ledger } from '../../src/demo/ledger.ts';
import type { PutRecord } from '../../src/demo/put-events.ts';

const STREAM = 'arn:aws:kinesis:us-west-2:111111111111:stream/orders';
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
  return { name, account: '111111111111', streamArn: STREAM, streamName: 'orders', enabled: true, targets };
}

function put(eventId: string, data = 'data', putAt = 1000): PutRecord {
  const base64 = Buffer.from(data).toString('base64');
  return { eventId, putAt, event: { partitionKey: '1', data: Buffer.from(data), base64 } };
}

function arrival(eventId: string, data = 'data') {
  return { eventId, data: Buffer.from(data).toString('base64') };
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
});
