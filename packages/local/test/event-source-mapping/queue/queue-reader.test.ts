import { describe, expect, test } from 'vitest';
import { createQueueReader } from '../../../src/event-source-mapping/queue/queue-reader.ts';
import type { Policy } from '../../../src/iam/policy.ts';
import { createQueue } from '../../../src/services/sqs/queue.ts';
import {
  allow,
  deployedQueue,
  instantClock,
  newMessage,
  policy,
  roleSession,
  SOURCE,
  WORK_ON_QUEUE,
} from '../../factories.ts';

const never = new AbortController().signal;
const { arn } = deployedQueue();
const role = (...policies: Policy[]) => roleSession(SOURCE, 'worker', ...policies);
const principal = { Principal: { AWS: `arn:aws:iam::${SOURCE}:role/worker` } };

function queue(queuePolicy: Policy = []) {
  return createQueue(deployedQueue({ policy: queuePolicy }), { clock: instantClock() });
}

describe('createQueueReader', () => {
  test.each([
    ["the role's policy", [], [policy(allow(WORK_ON_QUEUE, arn))]],
    ["the queue's policy", policy({ ...allow(WORK_ON_QUEUE, arn), ...principal }), []],
  ])('receives and deletes as %s allows', async (_, queuePolicy, policies) => {
    const read = queue(queuePolicy);
    const reader = createQueueReader(read, role(...policies));
    read.send(newMessage('a'));
    const [message] = await reader.receive(0, 10, never);
    expect(message?.body).toBe('a');
    reader.delete(message?.receiptHandle ?? '');
    expect(read.depth()).toEqual({ visible: 0, inFlight: 0, delayed: 0 });
    expect(reader.visibilityTimeoutSeconds).toBe(30);
  });

  test('receives encrypted messages by the key of the queue only', async () => {
    const kmsKeyArn = `arn:aws:kms:us-west-2:${SOURCE}:key/1234abcd-12ab-34cd-56ef-1234567890ab`;
    const encrypted = createQueue(deployedQueue({ kmsKeyArn }), { clock: instantClock() });
    const work = allow(WORK_ON_QUEUE, arn);
    const reader = createQueueReader(encrypted, role(policy(work, allow('kms:Decrypt', kmsKeyArn))));
    encrypted.send(newMessage('a'));
    expect(await reader.receive(0, 10, never)).toHaveLength(1);
    expect(() => createQueueReader(encrypted, role(policy(work))).receive(0, 10, never)).toThrow(
      `is not authorized to perform: kms:Decrypt on resource: ${kmsKeyArn} because`,
    );
  });

  test.each(['ReceiveMessage', 'DeleteMessage', 'GetQueueAttributes'])('is refused without %s', (action) => {
    const others = WORK_ON_QUEUE.filter((other) => other !== `sqs:${action}`);
    expect(() => createQueueReader(queue(), role(policy(allow(others, arn))))).toThrow(
      expect.objectContaining({
        code: 'InvalidParameterValueException',
        message: `The provided execution role does not have permissions to call ${action} on SQS. User: arn:aws:sts::${SOURCE}:assumed-role/worker/session is not authorized to perform: sqs:${action} on resource: ${arn} because no identity-based policy allows the sqs:${action} action`,
      }),
    );
  });
});
