import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CloudWatchClient, GetMetricStatisticsCommand } from '@aws-sdk/client-cloudwatch';
import { CloudWatchLogsClient, FilterLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import { DescribeStreamSummaryCommand, KinesisClient, PutRecordsCommand } from '@aws-sdk/client-kinesis';
import { GetEventSourceMappingCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import { type LocalAws, startLocalAws } from '../src/index.ts';
import { monitor } from '../src/monitoring.ts';
import { createAlarms } from '../src/services/cloudwatch/alarms.ts';
import { createMetrics } from '../src/services/cloudwatch/metrics.ts';
import { createQueues } from '../src/services/sqs/queues.ts';
import {
  deployedAlarm,
  deployedQueue,
  NOON_MS,
  newMessage,
  REGION,
  SOURCE,
  smallWorld,
  steppedClock,
  TARGET,
  temporaryFolder,
  writeAssembly,
} from './factories.ts';

vi.setConfig({ testTimeout: 20_000, hookTimeout: 20_000 });

/** Counts its records in the embedded metric format, and fails for "bad" ones. */
const CODE = `exports.handler = async ({ Records }) => {
  const data = Records.map(({ kinesis }) => Buffer.from(kinesis.data, 'base64').toString());
  const metrics = [{ Namespace: 'xacct', Dimensions: [['Route']], Metrics: [{ Name: 'RecordsIn' }] }];
  const _aws = { Timestamp: Date.now(), CloudWatchMetrics: metrics };
  process.stdout.write(JSON.stringify({ _aws, Route: 'orders', RecordsIn: data.length }) + '\\n');
  if (data.includes('bad')) throw new Error('a bad record');
  return { batchItemFailures: [] };
};`;
const MAPPING = 'route-orders-Mapping';
const WAIT = { timeout: 15_000, interval: 50 };

let folder: string;
let aws: LocalAws;

beforeEach(async () => {
  const temporary = await temporaryFolder();
  folder = temporary.folder;
  const code = join(folder, 'code');
  await mkdir(code);
  await writeFile(join(code, 'index.js'), CODE);
  const mapping = { MaximumRetryAttempts: 0, MetricsConfig: { Metrics: ['EventCount'] } };
  await writeAssembly(join(folder, 'assembly'), smallWorld({ code, mapping }));
  aws = await startLocalAws({ assembly: join(folder, 'assembly'), shards: 1 });
  return async () => {
    await aws.stop();
    await temporary.remove();
  };
});

async function put(...texts: string[]): Promise<void> {
  const Records = texts.map((text) => ({ PartitionKey: 'a', Data: Buffer.from(text) }));
  const kinesis = new KinesisClient({ ...aws.clientOf(SOURCE), requestHandler: new NodeHttpHandler() });
  await kinesis.send(new PutRecordsCommand({ StreamName: 'orders', Records }));
  kinesis.destroy();
}

/** The sum of a metric over the last minutes; undefined if nothing was measured. */
async function sumOf(Namespace: string, MetricName: string, [Name, Value]: [string, string]) {
  const { Datapoints = [] } = await new CloudWatchClient(aws.clientOf(SOURCE)).send(
    new GetMetricStatisticsCommand({
      Namespace,
      MetricName,
      Dimensions: [{ Name, Value }],
      StartTime: new Date(Date.now() - 600_000),
      EndTime: new Date(Date.now() + 60_000),
      Period: 3600,
      Statistics: ['Sum'],
    }),
  );
  return Datapoints.length === 0 ? undefined : Datapoints.reduce((sum, point) => sum + (point.Sum ?? 0), 0);
}

const ofMapping = (name: string) => sumOf('AWS/Lambda', name, ['EventSourceMappingUUID', MAPPING]);
const ofFunction = (name: string) => sumOf('AWS/Lambda', name, ['FunctionName', 'forwarder']);

async function lastResult() {
  const command = new GetEventSourceMappingCommand({ UUID: MAPPING });
  return (await new LambdaClient(aws.clientOf(SOURCE)).send(command)).LastProcessingResult;
}

describe('a local AWS', () => {
  test('measures streams, mappings, functions and what they log, and keeps their lines', async () => {
    expect(await lastResult()).toBe('No records processed');
    await put('a', 'b');
    await vi.waitFor(async () => expect(await lastResult()).toBe('OK'), WAIT);
    expect(await sumOf('AWS/Kinesis', 'IncomingRecords', ['StreamName', 'orders'])).toBe(2);
    expect(await ofMapping('PolledEventCount')).toBe(2);
    expect(await ofMapping('FailedInvokeEventCount')).toBeUndefined();
    expect(await ofFunction('Errors')).toBe(0);

    await put('bad');
    await vi.waitFor(async () => expect(await ofMapping('DroppedEventCount')).toBe(1), WAIT);
    expect(await lastResult()).toBe('PROBLEM: Function call failed');
    expect(await ofMapping('FailedInvokeEventCount')).toBe(1);
    expect(await ofFunction('Errors')).toBe(1);
    expect(await ofFunction('IteratorAge')).toBeGreaterThanOrEqual(0);
    expect(await sumOf('xacct', 'RecordsIn', ['Route', 'orders'])).toBe(3);

    const { events = [] } = await new CloudWatchLogsClient(aws.clientOf(SOURCE)).send(
      new FilterLogEventsCommand({ logGroupName: '/aws/lambda/forwarder', filterPattern: '"a bad record"' }),
    );
    expect(events[0]).toMatchObject({
      logStreamName: expect.stringMatching(/^\d{4}\/\d\d\/\d\d\/\[\$LATEST\]/),
    });
  });

  test('describes a stream with its status and its retention', async () => {
    const kinesis = new KinesisClient({ ...aws.clientOf(SOURCE), requestHandler: new NodeHttpHandler() });
    const { StreamDescriptionSummary } = await kinesis.send(
      new DescribeStreamSummaryCommand({ StreamName: 'orders' }),
    );
    expect(StreamDescriptionSummary).toMatchObject({
      StreamStatus: 'ACTIVE',
      RetentionPeriodHours: 24,
      OpenShardCount: 1,
    });
    kinesis.destroy();
  });

  test('answers an unknown service in the protocol of the request', async () => {
    const { endpoint } = aws;
    const credential = 'AKIA/20260101/us-west-2/iam/aws4_request';
    const authorization = `AWS4-HMAC-SHA256 Credential=${credential}, SignedHeaders=host, Signature=${'0'.repeat(64)}`;
    const ask = async (type: string) => {
      const headers = { authorization, 'content-type': type, 'x-amz-date': '20260101T000000Z' };
      return (await fetch(endpoint, { method: 'POST', headers, body: 'Action=ListRoles' })).text();
    };
    expect(await ask('application/x-www-form-urlencoded; charset=utf-8')).toMatch(
      /^<ErrorResponse><Error><Type>Sender<\/Type><Code>\w+<\/Code>/,
    );
    expect(JSON.parse(await ask('application/x-amz-json-1.1'))).toMatchObject({ __type: expect.any(String) });
  });
});

describe('monitor', () => {
  test('measures the queues for the minute that has ended, and evaluates the alarms', () => {
    const clock = steppedClock();
    const metrics = createMetrics(clock);
    const alarms = createAlarms(metrics, clock);
    const queues = createQueues([deployedQueue(), deployedQueue({ name: 'other', account: TARGET })], clock);
    const metric = {
      namespace: 'AWS/SQS',
      name: 'ApproximateAgeOfOldestMessage',
      dimensions: { QueueName: 'orders' },
    };
    const query = {
      id: 'm',
      label: undefined,
      returnData: true,
      metric,
      statistic: 'Maximum',
      periodSeconds: 60,
    };
    alarms.deploy([deployedAlarm({ queries: [query], threshold: 90 })]);
    const [orders] = queues.all();
    orders?.send(newMessage('hello'));
    orders?.send(newMessage('later', { delaySeconds: 900 }));
    const stateAfter = (ms: number) => {
      clock.advance(ms);
      monitor({ alarms, metrics, queues }, clock.now());
      return alarms.all()[0]?.state;
    };
    expect([stateAfter(60_000), stateAfter(60_000)]).toEqual(['OK', 'ALARM']);

    const valuesOf = (name: string, account = SOURCE, QueueName = 'orders') => {
      const found = metrics.find({ account, region: REGION }, { ...metric, name, dimensions: { QueueName } });
      return Array.from(found?.minutes ?? [], ([at, { sum }]) => [at - NOON_MS, sum]);
    };
    expect(valuesOf('ApproximateAgeOfOldestMessage')).toEqual([
      [0, 60],
      [60_000, 120],
    ]);
    expect(valuesOf('ApproximateNumberOfMessagesVisible')[1]).toEqual([60_000, 1]);
    expect(valuesOf('ApproximateNumberOfMessagesDelayed')[1]).toEqual([60_000, 1]);
    expect(valuesOf('ApproximateNumberOfMessagesNotVisible')[1]).toEqual([60_000, 0]);
    expect(valuesOf('ApproximateNumberOfMessagesVisible', TARGET, 'other')[1]).toEqual([60_000, 0]);
    queues.stop();
  });
});
