import { STSClient } from '@aws-sdk/client-sts';
import { limits } from '@xacct/core';
import { describe, expect, onTestFinished, test } from 'vitest';
import { createByteBudget } from '../src/byte-budget.ts';
import { createDeliver } from '../src/deliver.ts';
import { createInvoke } from '../src/invoke.ts';
import { createRoleCredentialCache } from '../src/role-credentials.ts';
import { batch, collectingLog, kinesisRecord, kinesisRecords, roleCredentials, target } from './factories.ts';
import {
  functionError,
  issuedCredentials,
  never,
  received,
  result,
  serviceError,
  startAws,
  stsError,
} from './servers.ts';
import { parseAuthorization } from './sigv4.ts';

const eventTarget = target();
const waitingTarget = target({ invocation: 'request-response' });
const { functionArn } = eventTarget;

async function setUp(options: { budgetBytes?: number } = {}) {
  const { budgetBytes = 16 * 1024 * 1024 } = options;
  const aws = await startAws();
  onTestFinished(aws.close);
  const sts = new STSClient({
    endpoint: aws.url,
    region: 'us-west-2',
    credentials: { accessKeyId: 'AKIAFORWARDER', secretAccessKey: 'secret of the forwarder' },
    maxAttempts: 1,
  });
  onTestFinished(() => sts.destroy());
  const { log, lines, entries } = collectingLog();
  const deliver = createDeliver({
    credentials: createRoleCredentialCache({ sts }),
    invoke: createInvoke({ endpoint: aws.url, maxAttempts: 1 }),
    budget: createByteBudget(budgetBytes),
    log,
  });
  return { aws, deliver, lines, entries };
}

describe('createDeliver', () => {
  test('hands the whole batch over in one Invoke, with the credentials of the role', async () => {
    const { aws, deliver, lines } = await setUp();
    const records = kinesisRecords(3);

    expect(await deliver(batch(records), eventTarget)).toBeUndefined();

    expect(aws.invocations).toHaveLength(1);
    expect(aws.invocations[0]).toMatchObject({ functionArn, type: 'Event', event: { Records: records } });
    expect(aws.assumedRoles).toMatchObject([
      { roleArn: eventTarget.roleArn, externalId: 'xacct:orders', roleSessionName: 'orders' },
    ]);
    expect(lines).toEqual([]);
  });

  test('waits for the result of a request-response target', async () => {
    const { aws, deliver } = await setUp();

    await deliver(batch(kinesisRecords(1)), waitingTarget);

    expect(aws.invocations[0]?.type).toBe('RequestResponse');
  });

  test('packs for the limit of how the target is invoked', async () => {
    const { aws, deliver } = await setUp();
    // 9 times 200 KB of data, as base64.
    const records = kinesisRecords(9, 200_000);

    await deliver(batch(records), eventTarget);
    await deliver(batch(records), waitingTarget);

    expect(received(aws, functionArn)).toEqual([
      ['1', '2', '3'],
      ['4', '5', '6'],
      ['7', '8', '9'],
      ['1', '2', '3', '4', '5', '6', '7', '8', '9'],
    ]);
    expect(aws.invocations.map(({ type }) => type)).toEqual(['Event', 'Event', 'Event', 'RequestResponse']);
  });

  test('sends a chunk when the target has the one before, and none after the first failure', async () => {
    const { aws, deliver } = await setUp();
    const done: string[] = [];
    aws.functions.set(functionArn, async ({ event }) => {
      const [first] = event.Records;
      const sequenceNumber = first?.kinesis.sequenceNumber ?? '';
      done.push(`start ${sequenceNumber}`);
      await new Promise((resolve) => setImmediate(resolve));
      done.push(`end ${sequenceNumber}`);
      return sequenceNumber === '4' ? serviceError(404, 'ResourceNotFoundException') : { status: 202 };
    });

    const failedFrom = await deliver(batch(kinesisRecords(9, 200_000)), eventTarget);

    expect(failedFrom).toBe(3);
    expect(done).toEqual(['start 1', 'end 1', 'start 4', 'end 4']);
  });

  test("fails from the record that the target's own partial batch response names", async () => {
    const { aws, deliver } = await setUp();
    aws.functions.set(functionArn, () => result({ batchItemFailures: [{ itemIdentifier: '2' }] }));

    expect(await deliver(batch(kinesisRecords(3)), waitingTarget)).toBe(1);
  });

  test('sends a record over 1 MB to an event target alone, request-response, and in its place', async () => {
    const { aws, deliver } = await setUp();
    const [first, second, third, fourth] = kinesisRecords(4);
    const large = kinesisRecord({ sequenceNumber: '9', data: 'd'.repeat(1024 * 1024) });
    const records = [first, second, large, third, fourth].filter((record) => record !== undefined);

    expect(await deliver(batch(records), eventTarget)).toBeUndefined();

    expect(received(aws, functionArn)).toEqual([['1', '2'], ['9'], ['3', '4']]);
    expect(aws.invocations.map(({ type }) => type)).toEqual(['Event', 'RequestResponse', 'Event']);
  });

  test('keeps a chunk of exactly 1 MB an event', async () => {
    const { aws, deliver } = await setUp();
    const bytesOf = (partitionKey: string) =>
      Buffer.byteLength(JSON.stringify({ Records: [kinesisRecord({ partitionKey })] }));
    const fill = limits.invoke.eventPayloadBytes - bytesOf('');

    await deliver(batch([kinesisRecord({ partitionKey: 'k'.repeat(fill) })]), eventTarget);
    await deliver(batch([kinesisRecord({ partitionKey: 'k'.repeat(fill + 1) })]), eventTarget);

    expect(aws.invocations.map(({ type, request }) => [type, request.body.length])).toEqual([
      ['Event', 1024 * 1024],
      ['RequestResponse', 1024 * 1024 + 1],
    ]);
  });

  test('takes the failure of a record over 1 MB for a failure of the event target', async () => {
    const { aws, deliver } = await setUp();
    aws.functions.set(functionArn, ({ type }) =>
      type === 'Event' ? { status: 202 } : functionError('TypeError', 'boom'),
    );
    const large = kinesisRecord({ sequenceNumber: '2', data: 'd'.repeat(1024 * 1024) });

    const records = [kinesisRecord({ sequenceNumber: '1' }), large, kinesisRecord({ sequenceNumber: '3' })];

    expect(await deliver(batch(records), eventTarget)).toBe(1);
    expect(received(aws, functionArn)).toEqual([['1'], ['2']]);
  });

  test.for(['ExpiredTokenException', 'UnrecognizedClientException', 'InvalidClientTokenId'])(
    'tries once more with new credentials after %s',
    async (name) => {
      const { aws, deliver, lines } = await setUp();
      const expired = issuedCredentials(1).accessKeyId;
      aws.functions.set(functionArn, ({ request }) =>
        parseAuthorization(request).accessKeyId === expired ? serviceError(403, name) : { status: 202 },
      );

      expect(await deliver(batch(kinesisRecords(1)), eventTarget)).toBeUndefined();

      const accessKeyIds = aws.invocations.map(({ request }) => parseAuthorization(request).accessKeyId);
      expect(accessKeyIds).toEqual([expired, issuedCredentials(2).accessKeyId]);
      expect(lines).toEqual([]);
    },
  );

  test('tries with new credentials no more than once', async () => {
    const { aws, deliver } = await setUp();
    aws.functions.set(functionArn, () => serviceError(403, 'ExpiredTokenException'));

    expect(await deliver(batch(kinesisRecords(2)), eventTarget)).toBe(0);
    expect(aws.invocations).toHaveLength(2);
  });

  test('does not ask for new credentials after another error', async () => {
    const { aws, deliver } = await setUp();
    aws.functions.set(functionArn, () => serviceError(403, 'AccessDeniedException'));

    expect(await deliver(batch(kinesisRecords(2)), eventTarget)).toBe(0);
    expect(aws.invocations).toHaveLength(1);
    await deliver(batch(kinesisRecords(2)), eventTarget);
    expect(aws.assumedRoles).toHaveLength(1);
  });

  test('logs what failed, where and why', async () => {
    const { aws, deliver, entries } = await setUp();
    aws.functions.set(functionArn, () => result({ batchItemFailures: [{ itemIdentifier: '2' }] }));

    await deliver(batch(kinesisRecords(5)), waitingTarget);

    expect(entries()).toEqual([
      {
        level: 'error',
        message: 'A target did not take the batch',
        requestId: 'request-1',
        route: 'orders',
        target: functionArn,
        role: 'arn:aws:iam::222222222222:role/xacct-route-orders',
        error: 'TargetFailure',
        reason: 'The function reported 1 of 5 records as failed',
        records: 5,
        failed: 4,
      },
    ]);
  });

  test('fails without an Invoke when the role cannot be assumed', async () => {
    const { aws, deliver, entries } = await setUp();
    aws.sts = () => stsError(403, 'AccessDenied', 'not authorized');

    expect(await deliver(batch(kinesisRecords(2)), eventTarget)).toBe(0);
    expect(aws.invocations).toEqual([]);
    expect(entries()).toMatchObject([{ error: 'AssumeRoleError', records: 2, failed: 2 }]);
  });

  test('never logs the data of a record, what a function says of it, or a credential', async () => {
    const { aws, deliver, lines } = await setUp();
    const records = [kinesisRecord({ data: 'card 4111', partitionKey: 'customer 17' })];
    for (const answer of [
      () => functionError('TypeError', 'cannot read card 4111 of customer 17'),
      () => result({ batchItemFailures: [{ itemIdentifier: 'card 4111' }], note: 'customer 17' }),
      () => serviceError(403, 'AccessDeniedException', 'not allowed'),
      () => serviceError(403, 'ExpiredTokenException', 'expired'),
    ]) {
      aws.functions.set(functionArn, answer);
      await deliver(batch(records), waitingTarget);
    }

    expect(lines).toHaveLength(4);
    const secrets = ['card 4111', Buffer.from('card 4111').toString('base64'), 'customer 17'];
    const issued = aws.assumedRoles.flatMap((_, index) => Object.values(issuedCredentials(index + 1)));
    for (const text of [...secrets, ...issued]) expect(lines.join('')).not.toContain(text);
  });

  test.for([
    { what: 'does not answer', answer: never },
    { what: 'stops in its answer', answer: () => ({ ...result({}), body: '{"batch', unfinished: true }) },
  ])('gives a target up that $what, once the batch is aborted', async ({ answer }) => {
    const { aws, deliver, entries } = await setUp();
    const deadline = new AbortController();
    aws.functions.set(functionArn, () => {
      // Late enough for the begun answer to have arrived.
      setTimeout(() => deadline.abort(), 50);
      return answer();
    });

    expect(await deliver(batch(kinesisRecords(2), { signal: deadline.signal }), waitingTarget)).toBe(0);
    expect(entries()).toHaveLength(1);
  });

  test('gives a role up that STS does not answer for, once the batch is aborted', async () => {
    const { aws, deliver, entries } = await setUp();
    const deadline = new AbortController();
    aws.sts = () => {
      setImmediate(() => deadline.abort());
      return never();
    };

    expect(await deliver(batch(kinesisRecords(2), { signal: deadline.signal }), eventTarget)).toBe(0);
    expect(entries()).toMatchObject([{ error: 'AbortError', failed: 2 }]);
  });

  test('gives up chunks that wait for their turn, once the batch is aborted', async () => {
    const { aws, deliver, entries } = await setUp({ budgetBytes: 1 });
    const deadline = new AbortController();
    aws.functions.set(functionArn, () => {
      setImmediate(() => deadline.abort());
      return never();
    });
    const aborted = batch(kinesisRecords(2), { signal: deadline.signal });

    const outcomes = await Promise.all([deliver(aborted, eventTarget), deliver(aborted, waitingTarget)]);

    expect(outcomes).toEqual([0, 0]);
    expect(entries()).toHaveLength(2);
    expect(aws.invocations).toHaveLength(1);
  });

  test('lets the request under way end with the batch', async () => {
    const signals: AbortSignal[] = [];
    const { signal } = new AbortController();
    const deliver = createDeliver({
      credentials: { get: async () => roleCredentials('one role'), drop: () => {} },
      invoke: async (request) => {
        signals.push(request.signal);
        return { $metadata: {} };
      },
      budget: createByteBudget(1),
      log: collectingLog().log,
    });

    expect(await deliver(batch(kinesisRecords(1), { signal }), eventTarget)).toBeUndefined();
    expect(signals).toHaveLength(1);
    expect(signals[0]).toBe(signal);
  });

  test('begins nothing for a batch that is aborted', async () => {
    const { aws, deliver } = await setUp();

    expect(await deliver(batch(kinesisRecords(2), { signal: AbortSignal.abort() }), eventTarget)).toBe(0);
    expect([aws.invocations, aws.assumedRoles]).toEqual([[], []]);
  });
});
