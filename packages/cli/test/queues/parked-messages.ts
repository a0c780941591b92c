import { encodeParkedRecords, type ParkedFacts } from '@xacct/core';
import type { SentMessage } from './queue-server.ts';

export const READER = 'arn:aws:lambda:us-west-2:999999999999:function:reader';
export const LEDGER = 'arn:aws:lambda:us-west-2:222222222222:function:ledger:live';

/** A message of a route's queues, as the forwarder writes it, with `count` records. */
export function parkedMessage(facts: Partial<ParkedFacts> = {}, count = 2): SentMessage {
  const whole: ParkedFacts = {
    route: 'orders',
    streamArn: 'arn:aws:kinesis:us-west-2:111111111111:stream/orders',
    target: READER,
    shardId: 'shardId-000000000001',
    firstSequenceNumber: '49590338271490256608559692538361571095921575989136588898',
    lastSequenceNumber: '49590338271490256608559692538361571095921575989136588900',
    failure: 'denied',
    reason: 'AccessDeniedException: not authorized to perform: lambda:InvokeFunction',
    attempts: 1,
    parkedAt: '2026-11-20T10:00:00.000Z',
    ...facts,
  };
  const records = Array.from({ length: count }, (_, index) =>
    JSON.stringify({ eventID: `${facts.shardId}:${index}` }),
  );
  return { body: encodeParkedRecords(whole, records), groupId: whole.target };
}
