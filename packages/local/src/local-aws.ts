import type { ChildProcess } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { AccessKeys } from './access-keys.ts';
import { type AssemblyChange, compareDeployments } from './assembly-change.ts';
import { type Clock, systemClock } from './clock.ts';
import { type Deployment, readDeployment } from './deployment.ts';
import type { ItemChange } from './dynamodb/item-change.ts';
import type { TableStreamRecord } from './dynamodb/stream-record.ts';
import { isTableStream } from './dynamodb/table-streams.ts';
import { FailureDestination } from './event-source-mapping/failure-destination.ts';
import { type FaultCount, Faults } from './faults/faults.ts';
import type { FaultRules } from './faults/rule.ts';
import { type CallRecord, startGateway } from './gateway.ts';
import { createStream } from './kinesis/create-stream.ts';
import { KinesisServers } from './kinesis/kinesis-servers.ts';
import { describeLost, type Invocation } from './lambda/functions.ts';
import type { Delivery } from './lambda/recorder.ts';
import { runDeployed, runTarget, type Surroundings } from './lambda/run-functions.ts';
import { TargetModules } from './lambda/target-modules.ts';
import { type LocalQueue, localQueue } from './local-queue.ts';
import { Mappings } from './mappings.ts';
import type { Credentials } from './principal.ts';
import type { DeployedRoute } from './routed.ts';
import { StreamSources } from './stream-sources.ts';
import { Watchdog } from './watchdog/watchdog.ts';
import { World } from './world.ts';

export interface LocalAwsOptions {
  /** Folder of a cloud assembly, as `xacct synth` writes it. */
  assembly: string;
  /**
   * Where recorders write what arrives: `<account>/<region>/<function>.jsonl`. Default: a folder that is gone when it
   * stops.
   */
  deliveries?: string;
  /** Port of the endpoint; 0, the default, for any free one. */
  port?: number;
  /** Folder of `<function name>.mjs` or `.ts` modules that stand for target functions; others get a recorder. */
  functions?: string;
  /** Shards of each routed stream, 1 or more. Default: 2. */
  shards?: number;
  clock?: Clock;
  events?: LocalAwsEvents;
  /** What fails, as `parseFaults` reads it from a file. Default: nothing. */
  faults?: FaultRules | undefined;
  /** In place of the seed of `faults`, 0–4294967295. */
  seed?: number | undefined;
  /** Cleans up should this process be killed. Default: one of its own. */
  watchdog?: Watchdog;
}

export interface LocalAwsEvents {
  /** A recorder took an invocation. */
  onDelivery?(delivery: Delivery): void;
  /** The mapping of a route dropped records that match none of its filters. */
  onFiltered?(routeName: string, eventIds: readonly string[]): void;
  /** Records of a route came to their end at its mapping: the function took them, or they were given up. */
  onSettled?(routeName: string, eventIds: readonly string[]): void;
  /** A mapping invokes a function. */
  onInvocation?(invocation: Invocation): void;
  /** A call at the endpoint did not bring its answer to the caller. An Invoke has the id of its invocation. */
  onUnanswered?(requestId: string): void;
  /** A function wrote a line to its log. */
  onLog?(functionName: string, line: string): void;
  /** A call was answered at the endpoint. */
  onCall?(call: CallRecord): void;
  /** Something that an operator should know: records given up, a stream that cannot be read. */
  onProblem?(message: string): void;
}

export interface ClientSettings {
  endpoint: string;
  region: string;
  credentials: Credentials;
}

export interface LocalAws {
  endpoint: string;
  region: string;
  /** Of an administrator, by account. */
  readonly credentials: Readonly<Record<string, Credentials>>;
  /** As `credentials`, of who meets no fault: for producers whose records are counted. */
  readonly sparedCredentials: Readonly<Record<string, Credentials>>;
  /** The seed of the faults, and what they made so far; undefined without faults. */
  faults(): { seed: number; counts: FaultCount[] } | undefined;
  readonly routes: readonly DeployedRoute[];
  readonly queues: readonly LocalQueue[];
  /** Whatever is kept for later: the bodies of all messages in queues, and of all objects in buckets. */
  kept(): Promise<string[]>;
  /**
   * Puts changes of items on the stream of a table, as writes to the table would.
   *
   * @returns the records that functions will get, but for `eventSourceARN`
   * @throws {AwsError} ResourceNotFoundException when no route reads this stream; ValidationException
   */
  putItemChanges(streamArn: string, changes: readonly ItemChange[]): TableStreamRecord[];
  /** Absolute path of the folder that the recorders write to. */
  deliveries: string;
  /**
   * Deploys another assembly over the one that runs, as CloudFormation would: what is equal in both runs on with its
   * state. One update at a time; the folder must stay until `stop`.
   *
   * @throws {Error} as `startLocalAws`; the assembly before runs on then
   */
  update(assembly: string): Promise<AssemblyChange>;
  /** What an SDK's client of an account's administrator is made with: `new KinesisClient(aws.clientOf(account))`. */
  clientOf(account: string): ClientSettings;
  /** Stops everything; nothing of it is left. */
  stop(): Promise<void>;
  /** As `stop`: for `await using`. */
  [Symbol.asyncDispose](): Promise<void>;
}

/**
 * Runs the synthesized templates: every account's roles, policies, parameters, functions and mappings,
 * behind one endpoint.
 *
 * @throws {AssemblyError} when the folder holds no cloud assembly
 * @throws {NotSupportedError} for anything in the templates that the local AWS does not know
 * @throws {TargetModulesError} when the folder of target functions cannot be read
 * @throws {AwsError} as AWS does for a mapping that it cannot make
 */
export async function startLocalAws(options: LocalAwsOptions): Promise<LocalAws> {
  const { clock = systemClock, events = {}, shards = 2 } = options;
  const onProblem = (message: string) => events.onProblem?.(message);

  /** Undone in reverse order. */
  const cleanUps: (() => Promise<unknown>)[] = [];
  const stop = async () => {
    const failures: unknown[] = [];
    for (let cleanUp = cleanUps.pop(); cleanUp !== undefined; cleanUp = cleanUps.pop()) {
      await cleanUp().catch((error: unknown) => failures.push(error));
    }
    if (failures.length > 0) throw failures[0];
  };

  try {
    const watchdog = options.watchdog ?? new Watchdog();
    if (options.watchdog === undefined) cleanUps.push(() => watchdog.close());
    const guard = (child: ChildProcess) => watchdog.guard(child);
    const workFolder = await mkdtemp(join(tmpdir(), 'xacct-local-'));
    watchdog.guardFolder(workFolder);
    cleanUps.push(async () => {
      await rm(workFolder, { recursive: true, force: true });
      watchdog.releaseFolder(workFolder);
    });
    const codeFolder = join(workFolder, 'code');
    let current = await readDeployment(options.assembly, codeFolder);
    const { region } = current;
    const deliveries = resolve(options.deliveries ?? join(workFolder, 'deliveries'));
    const modules =
      options.functions === undefined
        ? undefined
        : await TargetModules.open(options.functions, join(workFolder, 'modules'));

    const surroundings = (): Surroundings => ({
      endpoint,
      guard,
      onLog: (name, line) => events.onLog?.(name, line),
      killAfterMs: (arn) => faults?.killAfterMs(placeOf(arn)),
    });
    const faults = options.faults && new Faults(options.faults, clock, options.seed);
    const keys = new AccessKeys();
    const servers = new KinesisServers(workFolder, guard);
    const world: World = new World(keys, {
      clock,
      objects: join(workFolder, 'buckets'),
      servers,
      shards,
      runDeployed: (definition) => runDeployed(definition, () => world.sessionOf(definition), surroundings()),
      runTarget: (target) =>
        runTarget(
          target,
          { modules, deliveries, clock, onDelivery: (delivery) => events.onDelivery?.(delivery) },
          surroundings(),
        ),
      onLost: (lost) => onProblem(describeLost(lost)),
      runsTwice: (arn) => faults?.duplicates('event', placeOf(arn)) ?? false,
      keepsCopy: ({ account, region, arn }) =>
        faults?.duplicates('message', { account, region, resource: arn }) ?? false,
    });
    const { functions, queues, buckets, tables } = world;
    cleanUps.push(() => functions.stop());
    cleanUps.push(() => servers.close());
    cleanUps.push(async () => queues.stop());

    const gateway = await startGateway({
      get services() {
        return world.services;
      },
      keys,
      clock,
      port: options.port ?? 0,
      onCall: (call) => events.onCall?.(call),
      onUnanswered: (requestId) => events.onUnanswered?.(requestId),
      faults,
    });
    cleanUps.push(() => gateway.close());
    const endpoint = `http://127.0.0.1:${gateway.port}`;

    const sources = new StreamSources(endpoint, world.sparedCredentials);
    cleanUps.push(async () => sources.close());
    const createStreams = async ({ routes }: Deployment) => {
      const streams = routes.filter(({ streamArn }) => !isTableStream(streamArn));
      for (const [account, routed] of Map.groupBy(streams, (route) => route.account)) {
        const kinesis = sources.kinesisAs(region, world.sparedCredentials[account]);
        const names = new Set(routed.map(({ streamName }) => streamName));
        await Promise.all(Array.from(names, (name) => createStream(kinesis, name, shards)));
      }
    };

    const mappings = new Mappings({
      functions,
      sessionOf: (definition) => world.sessionOf(definition),
      sources,
      queues,
      destination: new FailureDestination(buckets, queues, clock, onProblem),
      clock,
      onFiltered: (routeName, eventIds) => events.onFiltered?.(routeName, eventIds),
      onSettled: (routeName, eventIds) => events.onSettled?.(routeName, eventIds),
      onInvocation: (invocation) => events.onInvocation?.(invocation),
      faults,
      onProblem,
    });
    cleanUps.push(() => mappings.stop());

    const apply = async (next: Deployment) => {
      world.deploy(next);
      const changeMappings = mappings.prepare(next);
      await createStreams(next);
      await changeMappings();
    };
    await apply(current);
    faults?.start();

    /** Updates come one after another; one that fails holds up none. */
    let updated: Promise<unknown> = Promise.resolve();
    const update = async (assembly: string): Promise<AssemblyChange> => {
      if (cleanUps.length === 0) throw new Error('The local AWS is stopped: there is nothing to update');
      const before = current;
      const next = await readDeployment(assembly, codeFolder);
      try {
        await apply(next);
      } catch (error) {
        await apply(before);
        await world.deleteOthers(before);
        throw error;
      }
      current = next;
      const change = compareDeployments(before, next);
      await Promise.all([
        world.deleteOthers(next),
        ...change.reroutedFunctions.map((arn) => world.renew(arn)),
      ]);
      return change;
    };

    return {
      endpoint,
      region,
      get credentials() {
        return world.credentials;
      },
      get sparedCredentials() {
        return world.sparedCredentials;
      },
      faults: () => faults && { seed: faults.seed, counts: faults.counts() },
      get routes() {
        return current.routes;
      },
      get queues() {
        return queues.all().map(localQueue);
      },
      kept: async () => [...queues.all().flatMap((queue) => queue.bodies()), ...(await buckets.bodies())],
      putItemChanges: (streamArn, changes) => tables.putAll(streamArn, changes),
      deliveries,
      update(assembly) {
        const result = updated.then(() => update(assembly));
        updated = result.catch(() => {});
        return result;
      },
      clientOf(account) {
        const held = world.credentials[account];
        if (held === undefined) {
          const known = Object.keys(world.credentials).join(', ');
          throw new Error(`No stack is in account ${account}. There are: ${known}`);
        }
        // A copy, since clients mark what they are given.
        return { endpoint, region, credentials: { ...held } };
      },
      stop,
      [Symbol.asyncDispose]: stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Of a function, by its ARN with or without an alias or version. */
function placeOf(functionArn: string) {
  const [, , , region = '', account = '', , name = ''] = functionArn.split(':');
  return { account, region, function: name };
}
