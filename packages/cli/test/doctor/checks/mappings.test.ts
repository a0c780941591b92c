import { describe, expect, test } from 'vitest';
import { checkMappings } from '../../../src/doctor/checks/mappings.ts';
import { routesYaml } from '../../xacct.ts';
import { type Answers, awsError, examinedOf } from '../examined.ts';

const ROUTES = routesYaml(`  - stream: orders
    enhancedFanOut: true
    targets: [{ account: analytics, function: reader }]
  - stream: payments
    enabled: false
    targets: [{ account: analytics, function: reader }]
`);
const stream = (name: string) => `arn:aws:kinesis:us-west-2:111111111111:stream/${name}`;
const queue = (route: string) => `arn:aws:sqs:us-west-2:111111111111:xacct-route-${route}-retry`;
const WELL = [
  { UUID: 'a', EventSourceArn: `${stream('orders')}/consumer/xacct-orders:1`, State: 'Enabled' },
  { UUID: 'b', EventSourceArn: queue('orders'), State: 'Enabled', LastProcessingResult: 'OK' },
  { UUID: 'c', EventSourceArn: stream('payments'), State: 'Disabled', LastProcessingResult: 'PROBLEM: old' },
  { UUID: 'd', EventSourceArn: queue('payments'), State: 'Enabled' },
];

/** The first mappings are on a page of their own. */
function check(change: object, index = 0) {
  const mappings = WELL.map((mapping, at) => (at === index ? { ...mapping, ...change } : mapping));
  const answer = ({ Marker }: Record<string, unknown>) =>
    Marker === undefined
      ? { EventSourceMappings: mappings.slice(0, 2), NextMarker: 'more' }
      : { EventSourceMappings: mappings.slice(2) };
  return found({ ListEventSourceMappingsCommand: answer });
}

function found(answers: Answers) {
  return checkMappings('default', examinedOf(answers, ROUTES));
}

describe('checkMappings', () => {
  test('finds nothing where each is as in the file, through a consumer and disabled too', async () => {
    expect(await check({})).toEqual([]);
  });

  test.each([
    [
      'one that somebody disabled',
      { State: 'Disabled', StateTransitionReason: 'User action' },
      'error',
      'it is Disabled (User action)',
      'aws lambda update-event-source-mapping --uuid a --enabled --region us-west-2',
    ],
    [
      'one that changes',
      { State: 'Updating' },
      'warning',
      'it is Updating',
      'wait: aws lambda get-event-source-mapping --uuid a --region us-west-2 shows when it is done',
    ],
    [
      'one that cannot read',
      { LastProcessingResult: 'PROBLEM: Function call failed' },
      'error',
      'its last result is "PROBLEM: Function call failed"',
      'aws logs tail /aws/lambda/xacct-forwarder-default --since 1h --region us-west-2 shows why',
    ],
    [
      'one that is not there',
      { EventSourceArn: stream('others') },
      'error',
      'it does not exist',
      'xacct deploy orders',
    ],
  ])('names %s, and the fix', async (_, change, severity, what, fix) => {
    expect(await check(change)).toEqual([expect.objectContaining({ severity, found: what, fix })]);
  });

  test('names one that reads though the file disables it', async () => {
    expect(await check({ State: 'Enabled' }, 2)).toEqual([
      expect.objectContaining({
        where: 'event source mapping of the stream of route payments',
        fix: 'aws lambda update-event-source-mapping --uuid c --no-enabled --region us-west-2',
      }),
    ]);
  });

  test('leaves it to the probe to report that there is no forwarder', async () => {
    const missing = awsError('ResourceNotFoundException');
    expect(await found({ ListEventSourceMappingsCommand: missing })).toEqual([]);
  });
});
