import { encodeParkedRecords, encodeParkedReference, pausedPrefix } from '@xacct/core';
import { describe, expect, test } from 'vitest';
import type { DeployedRoute } from '../src/deployed-routes.ts';
import { readKeptRecords } from '../src/kept-records.ts';
import { createLedger } from '../src/ledger.ts';
import { keptTexts, pausedTexts, withReferredRecords } from '../src/referred-objects.ts';
import { invocation } from './factories.ts';

const streamArn = 'arn:aws:kinesis:us-west-2:111111111111:stream/orders';
const target = 'arn:aws:lambda:us-west-2:222222222222:function:reader';
const forwarderArn = 'arn:aws:lambda:us-west-2:111111111111:function:xacct-forwarder-default';
const queueArn = 'arn:aws:sqs:us-west-2:111111111111:xacct-route-orders-retry';

const FACTS = {
  route: 'orders',
  streamArn,
  target,
  shardId: 'shardId-000000000000',
  firstSequenceNumber: '1',
  lastSequenceNumber: '2',
  failure: 'throttled',
  reason: 'TooManyRequestsException: Rate Exceeded.',
  attempts: 1,
  parkedAt: '2026-01-15T12:00:00.000Z',
};
const recordsOf = (...eventIds: string[]) =>
  encodeParkedRecords(
    FACTS,
    eventIds.map((eventID) => JSON.stringify({ eventID })),
  );
const object = (key: string, ...eventIds: string[]) => ({ key, text: recordsOf(...eventIds) });
const reference = (key: string) => encodeParkedReference(FACTS, 1, key);

/** The ids of all records that wait, as often as they are found. */
const waiting = (texts: string[]) => texts.flatMap((text) => readKeptRecords(text)?.eventIds ?? []);

describe('keptTexts', () => {
  test('counts records that a message holds, and those of an object that it refers to, once each', () => {
    const bodies = [recordsOf('a'), reference('waiting/b.json')];
    expect(waiting(keptTexts(bodies, [object('waiting/b.json', 'b', 'c')]))).toEqual(['a', 'b', 'c']);
  });

  test('counts an object that two messages refer to once', () => {
    const bodies = [reference('waiting/b.json'), reference('waiting/b.json')];
    expect(waiting(keptTexts(bodies, [object('waiting/b.json', 'b')]))).toEqual(['b']);
  });

  test('leaves out an object that waits for no message, and keeps all others', () => {
    const objects = [
      object('waiting/a.json', 'a'),
      object('parked/b.json', 'b'),
      object('aws/lambda/c', 'c'),
    ];
    expect(waiting(keptTexts([reference('waiting/other.json')], objects))).toEqual(['b', 'c']);
  });

  test('keeps an object for good that a message refers to as well', () => {
    expect(waiting(keptTexts([reference('parked/b.json')], [object('parked/b.json', 'b')]))).toEqual(['b']);
  });

  test('leaves texts that hold no parked records unchanged', () => {
    const texts = ['hello', '{}', '{"xacct":"parked/2","object":"waiting/a.json"}'];
    expect(keptTexts(texts, [object('waiting/a.json', 'a')])).toEqual(texts);
  });
});

describe('pausedTexts', () => {
  test('are those of objects of paused targets, which are not kept otherwise', () => {
    const paused = object(`${pausedPrefix('orders', target)}2026-01-15`, 'a');
    const objects = [paused, object('waiting/orders/b', 'b'), object('parked/c', 'c')];
    expect(waiting(pausedTexts(objects))).toEqual(['a']);
    expect(waiting(keptTexts([], objects))).toEqual(['c']);
  });
});

describe('createLedger', () => {
  const route: DeployedRoute = {
    name: 'orders',
    account: '111111111111',
    streamArn,
    streamName: 'orders',
    enabled: true,
    forwarderArn,
    forwarder: 'default',
    systemName: 'xacct',
    deaggregate: false,
    retryQueueUrl: 'https://sqs.us-west-2.amazonaws.com/111111111111/retry',
    deadLetterQueueUrl: 'https://sqs.us-west-2.amazonaws.com/111111111111/dead-letters',
    retryForSeconds: 86_400,
    targets: [
      {
        account: '222222222222',
        region: 'us-west-2',
        functionArn: target,
        roleArn: 'arn:aws:iam::222222222222:role/xacct-route-orders',
        externalId: 'xacct:orders',
        invocation: 'event',
        onFailure: 'park',
      },
    ],
  };

  /** The tally of one record that the mapping is done with. */
  function tallyOf(bodies: string[], objects: { key: string; text: string }[], arrived: boolean) {
    const ledger = createLedger([route]);
    ledger.recordPut(streamArn, [{ eventId: 'a', record: {}, content: 'data', putAt: 0 }]);
    ledger.recordSettled('orders', ['a']);
    if (arrived) {
      const records = [{ eventId: 'a', content: 'data' }];
      ledger.recordArrival({ streamArn, functionArn: target, requestId: '1', receivedAt: 1, records });
    }
    const kept = keptTexts(bodies, objects).map(readKeptRecords);
    const [tally] = ledger.tallies(kept.filter((records) => records !== undefined));
    return tally;
  }

  test.each([
    ['waits in an object, as parked', [reference('waiting/a')], [object('waiting/a', 'a')], false, 'parked'],
    ['is kept for good, as parked', [], [object('parked/a', 'a')], false, 'parked'],
    ['is in an object still to be deleted, as delivered', [], [object('waiting/a', 'a')], true, 'delivered'],
    [
      'was delivered while its message waits, as delivered',
      [reference('waiting/a')],
      [object('waiting/a', 'a')],
      true,
      'delivered',
    ],
    ['is in an object that nothing refers to, as lost', [], [object('waiting/a', 'a')], false, 'lost'],
    ['has a message whose object is gone, as lost', [reference('waiting/a')], [], false, 'lost'],
  ] as const)('counts a record that %s', (_, bodies, objects, arrived, outcome) => {
    const counts = { delivered: 0, filtered: 0, parked: 0, failed: 0, lost: 0 };
    expect(tallyOf([...bodies], [...objects], arrived)).toMatchObject({ ...counts, [outcome]: 1 });
  });
});

describe('withReferredRecords', () => {
  const objects = new Map([['waiting/a', recordsOf('a')]]);
  const eventOf = (...bodies: string[]) => ({
    Records: bodies.map((body, index) => ({ messageId: String(index), eventSource: 'aws:sqs', body })),
  });

  test('gives each message the records of its object, and changes nothing else', () => {
    const given = invocation({ queueArn, event: eventOf(recordsOf('b'), reference('waiting/a')) });
    expect(withReferredRecords(given, (key) => objects.get(key))).toEqual({
      ...given,
      event: eventOf(recordsOf('b'), recordsOf('a')),
    });
    expect(given.event).toEqual(eventOf(recordsOf('b'), reference('waiting/a')));
  });

  test.each([
    ['a message whose object is gone', invocation({ queueArn, event: eventOf(reference('waiting/gone')) })],
    ['an invocation by a stream', invocation({ event: { Records: [{ eventID: 'a' }] } })],
    ['an event without records', invocation({ queueArn, event: null })],
  ])('leaves %s as it is', (_, given) => {
    expect(withReferredRecords(given, (key) => objects.get(key))).toEqual(given);
  });
});
