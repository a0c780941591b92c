import type { ChildProcess } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { AccessKeys } from './endpoint/access-keys.ts';
import { keptTexts, withReferredRecords } from './accounting/referred-objects.ts';
import { type AssemblyChange, compareDeployments } from './assembly-change.ts';
import { systemClock } from './clock.ts';
import { type Deployment, readDeployment } from './assembly/read-deployment.ts';
import { isTableStream } from './services/dynamodb-streams/table-streams.ts';
import { FailureDestination } from './event-source-mapping/stream/failure-destination.ts';
import { Faults } from './faults/faults.ts';
import { startGateway } from './endpoint/gateway.ts';
import { createStream } from './services/kinesis/create-stream.ts';
import { KinesisServers } from './services/kinesis/kinesis-servers.ts';
import { describeLost } from './services/lambda/event-queue.ts';
import { describeStopped } from './services/lambda/recursion.ts';
import { runDeployed, runTarget, type Surroundings } from './services/lambda/run-functions.ts';
import { TargetModules } from './services/lambda/target-modules.ts';
import type { LocalAws, LocalAwsOptions } from './local-aws.ts';
import { localQueue } from './local-queue.ts';
import { Mappings } from './event-source-mapping/mappings.ts';
import { StreamSources } from './event-source-mapping/stream/stream-sources.ts';
import { Watchdog } from './watchdog/watchdog.ts';
import { World } from './world.ts';

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
      onStopped: (stopped) => onProblem(describeStopped(stopped)),
      messagesInFlight: options.messagesInFlight,
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
      onInvocation: (invocation) =>
        events.onInvocation?.(withReferredRecords(invocation, (key) => buckets.textNow(key))),
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
      async kept() {
        const bodies = queues.all().flatMap((queue) => queue.bodies());
        return keptTexts(bodies, await buckets.texts());
      },
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
