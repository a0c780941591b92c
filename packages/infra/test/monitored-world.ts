import { hash } from 'node:crypto';
import { mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import { type Deployed, deploy, readAssembly } from '@xacct/local/deployed';
import {
  AwsError,
  acceptStream,
  type Clock,
  countIncoming,
  createAlarms,
  createBuckets,
  createFailureDestination,
  createFunctions,
  createMappingResults,
  createMetrics,
  createQueues,
  embeddedMetrics,
  type InvocationResult,
  measureInvocations,
  monitor,
  type SourceRecord,
  type StreamSource,
} from '@xacct/local/monitored';
import { createMetrics as createHandlerMetrics, type Metrics } from '../../handler/src/invocation/metrics.ts';
import { appOf, assemblyFolder, type routesOf } from './factories.ts';

export type HandlerMetrics = Metrics;

const PLACE = { account: '111111111111', region: 'us-west-2' };
const STEP_MS = 10_000;
const DONE: InvocationResult = { payload: '{"batchItemFailures":[]}' };

/** What a forwarder's function does with a batch. */
export type Behaviour = () => InvocationResult;

export const FAILS: Behaviour = () => ({ payload: '{"errorType":"Error"}', functionError: 'Unhandled' });
export const IS_THROTTLED: Behaviour = () => {
  throw new AwsError('TooManyRequestsException', 'Rate Exceeded.', 429);
};

export type MonitoredWorld = Awaited<ReturnType<typeof createMonitoredWorld>>;

/** What the templates of these routes deploy, measured by CloudWatch, on a clock that only the test moves. */
export async function createMonitoredWorld(routes: ReturnType<typeof routesOf>) {
  const stacks = await readAssembly(appOf(routes).synth().directory);
  const deployed = deploy(stacks);
  const deployment = { stacks, deployed, otherFunctions: [], accounts: [], sourceAccount: '', region: '' };
  const clock = steppedClock();
  const metrics = createMetrics(clock);
  const alarms = createAlarms(metrics, clock);
  alarms.deploy(deployed.alarms);
  const queues = createQueues(deployed.queues.values(), clock);
  const buckets = createBuckets(mkdtempSync(join(assemblyFolder(), 'buckets-')), clock);
  buckets.deploy(deployed.buckets.values());
  const running: { stop(): Promise<void> }[] = [];
  /** What is being written to the disk, which takes time of this machine. */
  const disk = new Set<Promise<unknown>>();
  let behaviour: Behaviour = () => DONE;
  const functions = createFunctions(clock, () => {});
  for (const arn of deployed.functions.keys()) {
    const runtime = { invoke: async () => behaviour(), stop: async () => {} };
    functions.add(arn, { ...runtime, invoke: measureInvocations(runtime, arn, metrics, clock) });
  }

  const world = {
    clock,
    alarms,
    queues,
    /** From now on functions do this with each batch. */
    functionsDo(next: Behaviour = () => DONE) {
      behaviour = next;
    },
    /** The handler writes these metrics into the log of its function. */
    handlerCounts(functionName: string, count: (emitter: Metrics) => void) {
      const write = (lines: string) => {
        for (const { metric, values, unit, at } of lines.split('\n').flatMap(embeddedMetrics))
          metrics.put(PLACE, metric, values, { at, unit });
      };
      const emitter = createHandlerMetrics({ forwarder: functionName, write, now: clock.now });
      count(emitter);
      emitter.flush();
    },
    /** Runs the mapping of a stream, which reads the records that are put. */
    async runMapping(streamArn: string, options: { bucketsAreGone?: boolean } = {}) {
      const mapping = deployed.mappings.find((one) => one.streamArn === streamArn);
      if (mapping === undefined) throw new Error(`No mapping reads ${streamArn}`);
      const stream = memoryStream(streamArn, clock);
      const kept = options.bucketsAreGone ? createBuckets(assemblyFolder(), clock) : buckets;
      const destination = createFailureDestination(kept, queues, clock, () => {});
      const accepted = acceptStream(mapping, deployment, {
        functions,
        sessionOf: ({ roleArn, name }) => ({
          principal: sessionOf(deployed, roleArn, name),
          credentials: NONE,
        }),
        sources: { of: async () => stream.source, kinesisAs: () => NONE as never, close: () => {} } as never,
        queues,
        metrics,
        mappingResults: createMappingResults(),
        destination: async (batch, role) => {
          const keeping = destination(batch, role);
          disk.add(keeping);
          return keeping.finally(() => disk.delete(keeping));
        },
        clock,
        onFiltered: () => {},
        onSettled: () => {},
        onFailedBatch: () => {},
        onInvocation: () => {},
        faults: undefined,
        onProblem: () => {},
      });
      const mappingRun = await accepted.create(undefined);
      running.push(mappingRun);
      void mappingRun.start();
      return {
        ...stream,
        /** As a producer does, by PutRecord. */
        put(ageMs = 0) {
          stream.add(ageMs);
          countIncoming(metrics, streamArn, {}, { status: 200, body: '{}' });
        },
      };
    },
    /** A minute passes, and CloudWatch looks. */
    async minute() {
      for (let step = 0; step < 60_000 / STEP_MS; step += 1) {
        clock.advance(STEP_MS);
        await settled();
        while (disk.size > 0) {
          await Promise.all(disk);
          await settled();
        }
      }
      monitor({ alarms, metrics, queues }, clock.now());
    },
    /** An hour passes in which nothing happens, and CloudWatch looks once. */
    async quietHour() {
      clock.advance(60 * 60_000);
      await settled();
      monitor({ alarms, metrics, queues }, clock.now());
    },
    /** Names of the alarms that are raised. */
    raised: () =>
      alarms
        .all()
        .filter(({ state }) => state === 'ALARM')
        .map(({ deployed: { name } }) => name),
    async stop() {
      await Promise.all(running.map((one) => one.stop()));
      queues.stop();
      await functions.stop();
    },
  };
  return world;
}

const NONE = { accessKeyId: '', secretAccessKey: '', sessionToken: '', expiresAt: 0 };

function sessionOf(deployed: Deployed, roleArn: string, name: string) {
  const role = deployed.roles.get(roleArn);
  if (role === undefined) throw new Error(`There is no role ${roleArn}`);
  const arn = `arn:aws:sts::${role.account}:assumed-role/${role.name}/${name}`;
  return {
    kind: 'role' as const,
    account: role.account,
    arn,
    principalArn: roleArn,
    policies: role.policies,
  };
}

/** A stream of one shard. */
function memoryStream(streamArn: string, clock: Clock) {
  const records: SourceRecord[] = [];
  let isDenied = false;
  const source: StreamSource = {
    retentionSeconds: undefined,
    listShards: async () => [{ id: 'shardId-000000000000', parentIds: [], closed: false }],
    iterator: async () => '0',
    async read(iterator) {
      if (isDenied)
        throw new AwsError('AccessDeniedException', 'not authorized to perform: kinesis:GetRecords');
      return { records: records.slice(Number(iterator)), next: String(records.length) };
    },
  };
  return {
    source,
    deny(denied: boolean) {
      isDenied = denied;
    },
    add(ageMs: number) {
      const sequenceNumber = String(records.length + 1);
      const seconds = (clock.now() - ageMs) / 1000;
      const isTable = streamArn.includes(':dynamodb:');
      const event = isTable
        ? { dynamodb: { SequenceNumber: sequenceNumber, ApproximateCreationDateTime: seconds } }
        : {
            kinesis: {
              sequenceNumber,
              approximateArrivalTimestamp: seconds,
              partitionKey: 'a',
              data: 'e30=',
            },
          };
      const eventID = hash('md5', `${streamArn} ${sequenceNumber}`);
      records.push({ sequenceNumber, orderKey: 'a', toEvent: () => ({ eventID, ...event }) as never });
    },
  };
}

/** Sleeps end when the test advances the clock past them. */
function steppedClock() {
  let now = Date.UTC(2026, 0, 15, 12);
  const sleepers = new Set<{ endMs: number; wake: () => void }>();
  return {
    now: () => now,
    async sleep(ms: number, signal?: AbortSignal) {
      signal?.throwIfAborted();
      const { promise, resolve, reject } = Promise.withResolvers<void>();
      const sleeper = { endMs: now + ms, wake: resolve };
      sleepers.add(sleeper);
      signal?.addEventListener('abort', () => {
        sleepers.delete(sleeper);
        reject(signal.reason);
      });
      return promise;
    },
    advance(ms: number) {
      now += ms;
      for (const sleeper of sleepers) {
        if (sleeper.endMs > now) continue;
        sleepers.delete(sleeper);
        sleeper.wake();
      }
    },
  };
}

/** What waits for nothing but other promises is done. */
async function settled(): Promise<void> {
  for (let turn = 0; turn < 5; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}
