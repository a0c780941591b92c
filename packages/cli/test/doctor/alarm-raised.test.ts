import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { queueUrl } from '@xacct/core';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { leapingClock } from '../local-aws/leaping-clock.ts';
import { routesYaml } from '../xacct.ts';
import { type BrokenAws, startBrokenAws } from './broken-aws.ts';

const DEAD = 'xacct-route-orders-dead-letters';
const clock = leapingClock();
let broken: BrokenAws;
beforeAll(async () => {
  broken = await startBrokenAws(routesYaml(), clock);
  const sqs = new SQSClient({ ...broken.aws.clientOf('111111111111'), useQueueUrlAsEndpoint: false });
  const source = { partition: 'aws', region: 'us-west-2', account: '111111111111' };
  await sqs.send(new SendMessageCommand({ QueueUrl: queueUrl(source, DEAD), MessageBody: 'a dead letter' }));
  sqs.destroy();
}, 60_000);
afterAll(() => broken.stop());

describe('xacct doctor', () => {
  test('lists an alarm that is raised on the line of its cause', async () => {
    await vi.waitFor(
      () => {
        clock.leap(30);
        const alarm = broken.aws.alarms.find(({ deployed }) => deployed.name === DEAD);
        expect(alarm?.state).toBe('ALARM');
      },
      { timeout: 30_000, interval: 300 },
    );
    const { code, stdout } = await broken.doctor('--json');
    expect(code).toBe(1);
    expect(JSON.parse(stdout).findings).toContainEqual(
      expect.objectContaining({
        check: 'dead-letters',
        consequences: [
          expect.stringMatching(
            /^alarm xacct-route-orders-dead-letters: in ALARM for \d+ s: records of route "orders" are in its dead-letter queue/,
          ),
        ],
      }),
    );
  });
});
