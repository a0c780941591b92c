import {
  decodeParkedRecords,
  encodeRoute,
  type Invocation,
  parameterPartName,
  type StoredRoute,
} from '@xacct/core';
import type { KinesisStreamRecord } from 'aws-lambda';
import { createVirtualTime } from '../../simulation/virtual-time.ts';
import { assembleHandler } from '../../src/assemble-handler.ts';
import type { CallSqs } from '../../src/aws/call-sqs.ts';
import type { CallSts } from '../../src/aws/call-sts.ts';
import type { GetParameters } from '../../src/aws/get-parameters.ts';
import type { InvokeAnswer, InvokeRequest } from '../../src/aws/invoke.ts';
import type { BatchHandler } from '../../src/handle-event.ts';
import { sqsRecord } from '../factories.ts';
import { loggedLines } from '../logged-lines.ts';

/** A call of a target's function. */
export interface Call {
  records: KinesisStreamRecord[];
  invocation: Invocation;
  /** Epoch ms. */
  at: number;
}

/** What a function does with a call; `hangs`: no answer ever. */
export type Answer = 'hangs' | { ms?: number; response?: object; throws?: string; error?: Error };

interface Message {
  queue: 'retry' | 'dead-letters';
  body: string;
  visibleAt: number;
}

const START = Date.parse('2026-01-01T00:00:00Z');
const NAME = '/xacct/default/kinesis/orders';
const ACCOUNT = '111111111111';

/**
 * The handler's real modules in virtual time, with services in memory that answer at once, and one queue. Simpler than the
 * simulation, and without its limits: records may be aggregated, and routes have any options.
 */
export function smallWorld(options: { route: StoredRoute; timeoutSeconds?: number }) {
  const { timeoutSeconds = 60 } = options;
  const time = createVirtualTime(START);
  const clock = { now: time.now, after: time.after };
  const parameters = new Map<string, string>();
  const functions = new Map<string, (call: Call) => Answer>();
  const calls = new Map<string, Call[]>();
  const objects = new Map<string, string>();
  const lines: string[] = [];
  let messages: Message[] = [];
  let requests = 0;
  const faults = {
    s3GetMs: 0,
    s3Put: false,
    sqs: false,
    /** What a dry run of a function is answered with. */
    dryRuns: new Map<string, Error>(),
    /** What STS answers for a role. */
    roles: new Map<string, Error>(),
  };

  const deploy = (route: StoredRoute) => {
    parameters.clear();
    for (const [part, value] of encodeRoute(route).entries())
      parameters.set(parameterPartName(NAME, part), value);
  };
  deploy(options.route);

  const getParameters: GetParameters = async (names) =>
    names.flatMap((Name) => {
      const Value = parameters.get(Name);
      return Value === undefined ? [] : [{ Name, Value }];
    });
  const callSts: CallSts = async ({ RoleArn = '' }) => {
    const refused = faults.roles.get(RoleArn);
    if (refused !== undefined) throw refused;
    const Expiration = new Date(time.now() + 3_600_000);
    return {
      Credentials: { AccessKeyId: 'ASIA', SecretAccessKey: 'none', SessionToken: 'none', Expiration },
    };
  };
  const callSqs: CallSqs = async (_operation, input) => {
    if (!('MessageBody' in input)) {
      const deadLetterTargetArn = `arn:aws:sqs:us-west-2:${ACCOUNT}:xacct-route-orders-dead-letters`;
      return { Attributes: { RedrivePolicy: JSON.stringify({ deadLetterTargetArn }) } };
    }
    if (faults.sqs) throw Object.assign(new Error('down'), { name: 'ServiceUnavailable' });
    const queue = input.QueueUrl.endsWith('-dead-letters') ? 'dead-letters' : 'retry';
    messages.push({ queue, body: input.MessageBody, visibleAt: time.now() + input.DelaySeconds * 1000 });
    return {};
  };
  const store = {
    put: async (key: string, body: string) => {
      if (faults.s3Put) throw new Error('The bucket is down');
      objects.set(key, body);
    },
    get: (key: string, signal: AbortSignal) =>
      new Promise<string | undefined>((resolve, reject) => {
        if (signal.aborted) return reject(signal.reason);
        signal.addEventListener('abort', () => reject(signal.reason));
        time.after(faults.s3GetMs, () => resolve(objects.get(key)));
      }),
    delete: async (key: string) => void objects.delete(key),
  };

  const invoke = ({ functionArn, invocation, payload, signal }: InvokeRequest) =>
    new Promise<InvokeAnswer>((resolve, reject) => {
      if (invocation === 'dry-run') {
        const error = faults.dryRuns.get(functionArn);
        return error === undefined ? resolve({ text: '' }) : reject(error);
      }
      const { Records: records } = JSON.parse(payload.body.toString()) as { Records: KinesisStreamRecord[] };
      const call = { records, invocation, at: time.now() };
      calls.set(functionArn, [...(calls.get(functionArn) ?? []), call]);
      signal.addEventListener('abort', () => reject(signal.reason));
      const answer = functions.get(functionArn)?.(call) ?? {};
      if (answer === 'hangs') return;
      const { ms = 20, response, throws, error } = answer;
      time.after(ms, () => {
        if (error !== undefined) return reject(error);
        const text = throws === undefined ? JSON.stringify(response ?? null) : `{"errorType":"${throws}"}`;
        resolve({ text, ...(throws !== undefined && { functionError: 'Unhandled' }) });
      });
    });

  /** A new execution environment. */
  const environment = () =>
    assembleHandler({
      services: {
        getParameters,
        callSts,
        callSqs,
        objects: store,
        invoke,
      },
      environment: {
        prefix: '/xacct/default',
        bucket: 'failures',
        forwarder: 'xacct-forwarder-default',
        region: 'us-west-2',
        memoryMB: 512,
        s3Endpoint: undefined,
        sqsEndpoint: undefined,
        metrics: 'target',
        logLevel: 'info',
      },
      clock,
      random: () => 0.5,
      write: (text) => {
        lines.push(...text.trimEnd().split('\n'));
        loggedLines.push(text);
      },
    });

  /** Runs one invocation of a batch to its end; undefined when its time was over. */
  async function run(handler: BatchHandler, event: object) {
    const endsAt = time.now() + timeoutSeconds * 1000;
    let settled = false;
    let response: { batchItemFailures: { itemIdentifier: string }[] } | undefined;
    let failure: unknown;
    const context = {
      awsRequestId: `request-${requests++}`,
      getRemainingTimeInMillis: () => Math.max(0, endsAt - time.now()),
    };
    handler(event, context).then(
      (value) => {
        settled = true;
        response = value;
      },
      (error: unknown) => {
        settled = true;
        failure = error;
      },
    );
    await time.runUntil(endsAt, () => settled);
    if (failure !== undefined) throw failure;
    return response;
  }

  const send = (handler: BatchHandler, Records: KinesisStreamRecord[]) => run(handler, { Records });

  /** Brings messages that are due to the environment, ten at a time, until none is left or the hours are over. */
  async function drain(handler: BatchHandler, hours: number) {
    const end = time.now() + hours * 3_600_000;
    while (time.now() < end) {
      const waiting = messages.filter(({ queue }) => queue === 'retry');
      const due = waiting.filter(({ visibleAt }) => visibleAt <= time.now()).slice(0, 10);
      if (due.length === 0) {
        const next = Math.min(...waiting.map(({ visibleAt }) => visibleAt));
        if (next >= end) return;
        await time.runUntil(next);
        continue;
      }
      messages = messages.filter((message) => !due.includes(message));
      const received = due.map(({ body }, index) => {
        const record = sqsRecord(body, { messageId: `message-${index}` });
        const ApproximateFirstReceiveTimestamp = String(time.now());
        return { ...record, attributes: { ...record.attributes, ApproximateFirstReceiveTimestamp } };
      });
      const response = await run(handler, { Records: received });
      const failed = new Set(response?.batchItemFailures.map(({ itemIdentifier }) => itemIdentifier));
      for (const [index, message] of due.entries()) {
        if (response !== undefined && !failed.has(`message-${index}`)) continue;
        messages.push({ ...message, visibleAt: time.now() + 6 * timeoutSeconds * 1000 });
      }
    }
  }

  const wait = (ms: number) => time.runUntil(time.now() + ms);

  /** What a queue holds. */
  const held = (queue: Message['queue']) =>
    messages
      .filter((message) => message.queue === queue)
      .map(({ body }) => {
        const parked = decodeParkedRecords(body);
        if (parked === undefined) throw new Error('A message holds no parked records');
        const { object } = parked;
        const { records = [] } =
          object === undefined ? parked : (decodeParkedRecords(objects.get(object) ?? '') ?? {});
        return { ...parked, records: records as KinesisStreamRecord[] };
      });

  return {
    /** Of all messages, in both queues. */
    bodies: () => messages.map(({ body }) => body),
    time,
    deploy,
    environment,
    send,
    drain,
    wait,
    held,
    faults,
    objects,
    lines,
    clear: () => {
      messages = [];
    },
    push: (body: string) => messages.push({ queue: 'retry', body, visibleAt: time.now() }),
    answer: (functionArn: string, how: (call: Call) => Answer) => functions.set(functionArn, how),
    calls: (functionArn: string): readonly Call[] => calls.get(functionArn) ?? [],
  };
}

/** The data of a record, as text. */
export function dataOf({ kinesis }: KinesisStreamRecord): string {
  return Buffer.from(kinesis.data, 'base64').toString();
}
