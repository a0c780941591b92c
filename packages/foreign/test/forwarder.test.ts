import { DeleteFunctionCommand, UpdateFunctionConfigurationCommand } from '@aws-sdk/client-lambda';
import { GetObjectCommand, ListObjectsV2Command } from '@aws-sdk/client-s3';
import { GetQueueAttributesCommand } from '@aws-sdk/client-sqs';
import { decodeParkedRecords } from '@xacct/core';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { contentsOf, readAccounts } from '../src/accounts/read-accounts.ts';
import { describeForeign } from '../src/describe-foreign.ts';
import { createFunction } from '../src/forwarder/create-function.ts';
import { deleteMessages, kinesisEvent, queueUrl, sqsEvent } from '../src/forwarder/events.ts';
import { invocations } from '../src/forwarder/invocations.ts';
import { type StartedForwarder, startForwarder } from '../src/forwarder/start-forwarder.ts';
import { prepareAccounts } from '../src/prepare-accounts.ts';
import { ANALYTICS, AUDIT, BILLING, LEGACY, SOURCE, writeRoutes } from '../src/routes-file.ts';
import { runXacct } from '../src/run-command.ts';
import type { ForeignAws } from '../src/start-foreign-aws.ts';

const FORWARDER = 'xacct-forwarder-default';
const BUCKET = `xacct-failures-default-${SOURCE}-us-west-2`;
const LEGACY_READER = 'sfe-KinesisReader-HQKLOLIX8UOQ';
const READERS = [ANALYTICS, BILLING, AUDIT];
const NOTHING_FAILED = { batchItemFailures: [] };

const streamArn = (name: string) => `arn:aws:kinesis:us-west-2:${SOURCE}:stream/${name}`;
const functionArn = (account: string, name: string) => `arn:aws:lambda:us-west-2:${account}:function:${name}`;
const retryQueue = (route: string) => `arn:aws:sqs:us-west-2:${SOURCE}:xacct-route-${route}-retry`;

describeForeign('the deployed forwarder', () => {
  let aws: ForeignAws;
  let forwarder: StartedForwarder;

  beforeAll(async () => {
    aws = await prepareAccounts();
    await writeRoutes(aws);
    const { code, stdout } = await runXacct(aws, SOURCE, 'deploy', '--yes');
    expect(code, stdout).toBe(0);
    for (const account of READERS) await createFunction(aws.account(account), 'event-reader');
    await createFunction(aws.account(LEGACY), LEGACY_READER);
    await createFunction(aws.account(BILLING), 'ledger', 'live');
    forwarder = await startForwarder(aws, SOURCE, FORWARDER);
  });
  afterAll(async () => {
    await forwarder?.stop();
    await aws?.close();
  });
  beforeEach(() => {
    aws.gateway.calls.length = 0;
  });

  const recordOf = (route: string, data: string) => kinesisEvent(aws.account(SOURCE), streamArn(route), data);
  const invoked = () => {
    return invocations(aws.gateway.calls).sort((one, other) => (one.target < other.target ? -1 : 1));
  };
  /** Messages of the retry queue that are delayed, and those that are visible. */
  const waiting = async (route: string) => {
    const { Attributes } = await aws
      .account(SOURCE)
      .sqs.send(
        new GetQueueAttributesCommand({ QueueUrl: queueUrl(retryQueue(route)), AttributeNames: ['All'] }),
      );
    return [Attributes?.ApproximateNumberOfMessagesDelayed, Attributes?.ApproximateNumberOfMessages].map(
      Number,
    );
  };
  const keptObjects = async () => {
    const { Contents = [] } = await aws.account(SOURCE).s3.send(new ListObjectsV2Command({ Bucket: BUCKET }));
    return Contents.map(({ Key = '' }) => Key);
  };

  test('hands a record to every function of a group, in the account of each', async () => {
    const event = await recordOf('events', 'one');
    expect(event.Records).toHaveLength(1);
    expect(await forwarder.invoke(event)).toEqual(NOTHING_FAILED);
    expect(invoked()).toEqual(
      READERS.map((account) => {
        return { target: functionArn(account, 'event-reader'), account, type: 'Event', event };
      }),
    );
  });

  test('invokes a function by name as an event, and one by alias for its result', async () => {
    const order = await recordOf('orders', 'order');
    const payment = await recordOf('payments', 'payment');
    expect(await forwarder.invoke(order)).toEqual(NOTHING_FAILED);
    expect(await forwarder.invoke(payment)).toEqual(NOTHING_FAILED);
    const ledger = `${functionArn(BILLING, 'ledger')}:live`;
    expect(invoked()).toEqual([
      { target: ledger, account: BILLING, type: 'RequestResponse', event: payment },
      { target: functionArn(LEGACY, LEGACY_READER), account: LEGACY, type: 'Event', event: order },
    ]);
  });

  test('assumes the roles that are deployed, with the external ids that they trust', async () => {
    // In a process that has assumed none.
    const another = await startForwarder(aws, SOURCE, FORWARDER);
    aws.gateway.calls.length = 0;
    for (const route of ['events', 'orders', 'payments']) await another.invoke(await recordOf(route, 'one'));
    await another.stop();
    const assumed = aws.gateway.calls.filter(({ action }) => action === 'AssumeRole');
    expect(assumed.map(({ account }) => account)).toEqual(assumed.map(() => SOURCE));
    const roles = assumed.map(({ parameters: { RoleArn = '', ExternalId } }) => {
      const [, , , , account, role] = RoleArn.split(':');
      return [`${account} role ${role?.replace('role/', '')}`, ExternalId];
    });
    const trusted = [...contentsOf(await readAccounts(aws))]
      .filter(([name]) => / role xacct-route-/.test(name))
      .map(([name, content]) => {
        const { trust } = content as { trust: { Statement: { Condition: Conditions }[] } };
        return [name, trust.Statement[0]?.Condition.StringEquals['sts:ExternalId']];
      });
    expect(trusted).toHaveLength(5);
    expect(roles.sort()).toEqual(trusted.sort());
  });

  test('parks what a missing function lacks in SQS, a large record in S3, and sends both when it is there', async () => {
    await aws.account(AUDIT).lambda.send(new DeleteFunctionCommand({ FunctionName: 'event-reader' }));
    const small = await recordOf('events', 'small');
    // Base64 makes a third more of it: more than a message of SQS holds.
    const large = await recordOf('events', 'l'.repeat(900_000));
    for (const event of [small, large]) expect(await forwarder.invoke(event)).toEqual(NOTHING_FAILED);
    expect(
      invoked()
        .filter(({ account }) => account === ANALYTICS)
        .map(({ event }) => event),
    ).toEqual([small, large]);
    expect(await waiting('events')).toEqual([2, 0]);
    const [key = '', ...others] = await keptObjects();
    expect([key, others]).toEqual([expect.stringMatching(/^waiting\/events\//), []]);
    const { Body } = await aws.account(SOURCE).s3.send(new GetObjectCommand({ Bucket: BUCKET, Key: key }));
    expect(decodeParkedRecords((await Body?.transformToString()) ?? '')?.records).toEqual(large.Records);

    const parked = await sqsEvent(aws.account(SOURCE), retryQueue('events'), 2);
    const facts = {
      route: 'events',
      streamArn: streamArn('events'),
      target: functionArn(AUDIT, 'event-reader'),
      failure: 'refused',
      reason: expect.stringMatching(/^ResourceNotFoundException: Function not found: /),
      attempts: 1,
      count: 1,
      hops: 0,
    };
    const letters = parked.Records.map(({ body }) => decodeParkedRecords(body));
    expect(
      letters.sort((one, other) => Number(one?.object !== undefined) - Number(other?.object !== undefined)),
    ).toEqual([
      expect.objectContaining({ ...facts, records: small.Records }),
      expect.objectContaining({ ...facts, records: [], object: key }),
    ]);

    await createFunction(aws.account(AUDIT), 'event-reader');
    aws.gateway.calls.length = 0;
    expect(await forwarder.invoke(parked)).toEqual(NOTHING_FAILED);
    await deleteMessages(aws.account(SOURCE), parked);
    const target = functionArn(AUDIT, 'event-reader');
    expect(invoked()).toEqual([
      { target, account: AUDIT, type: 'Event', event: small },
      { target, account: AUDIT, type: 'RequestResponse', event: large },
    ]);
    expect(await waiting('events')).toEqual([0, 0]);
    expect(await keptObjects()).toEqual([]);
  });

  test('parks the records on which a function has failed, with its error', async () => {
    await aws.account(BILLING).lambda.send(
      new UpdateFunctionConfigurationCommand({
        FunctionName: 'ledger',
        Environment: { Variables: { FAILS: 'LedgerIsClosed' } },
      }),
    );
    const event = await recordOf('payments', 'payment');
    expect(await forwarder.invoke(event)).toEqual(NOTHING_FAILED);
    expect(await waiting('payments')).toEqual([1, 0]);
    const [sent] = aws.gateway.calls.filter(({ action }) => action === 'SendMessage');
    const { MessageBody, QueueUrl } = JSON.parse(sent?.body.toString() ?? '{}');
    expect(QueueUrl).toBe(queueUrl(retryQueue('payments')));
    expect(decodeParkedRecords(MessageBody)).toMatchObject({
      failure: 'function-error',
      reason: 'The function failed with an error of type LedgerIsClosed (Unhandled)',
      records: event.Records,
    });
  });
});

interface Conditions {
  StringEquals: Record<string, string>;
}
