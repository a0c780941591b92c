import type { ChildProcess } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { readDeployment } from './assembly/read-deployment.ts';
import { createDeployer } from './deployer.ts';
import { startEndpoint } from './endpoint/start-endpoint.ts';
import { createFaults } from './faults/faults.ts';
import type { LocalAws, LocalAwsEvents, LocalAwsOptions } from './local-aws.ts';
import { startMonitoring } from './monitoring.ts';
import { openTargetModules } from './services/lambda/target-modules.ts';
import type { Queue } from './services/sqs/queue.ts';
import { systemClock } from './shared/clock.ts';
import { createState, servicesOf } from './state.ts';
import type { Surroundings } from './surroundings.ts';
import { createUpdates } from './updates.ts';
import { createWatchdog, type Watchdog } from './watchdog/watchdog.ts';

/**
 * Runs the synthesized templates: every account's roles, policies, parameters, functions and mappings, behind one
 * endpoint.
 *
 * @throws {AssemblyError} when the folder holds no cloud assembly
 * @throws {NotSupportedError} for anything in the templates that the local AWS does not support
 * @throws {TargetModulesError} when the folder of target functions cannot be read
 * @throws {AwsError} as AWS does for a mapping that it cannot make
 * @example
 * await using aws = await startLocalAws({ assembly: 'cdk.out' });
 * const kinesis = new KinesisClient(aws.clientOf('111111111111'));
 */
export async function startLocalAws(options: LocalAwsOptions): Promise<LocalAws> {
  const cleanUps = new AsyncDisposableStack();
  try {
    return localAws(await startParts(options, cleanUps));
  } catch (error) {
    await cleanUps.disposeAsync();
    throw error;
  }
}

async function startParts(options: LocalAwsOptions, cleanUps: AsyncDisposableStack) {
  const { clock = systemClock, shards = 2, messagesInFlight, otherFunctions } = options;
  const events: Required<LocalAwsEvents> = { ...NO_EVENTS, ...options.events };
  const { folder, guard } = await openWorkFolder(options.watchdog, cleanUps);
  const read = (assembly: string) => readDeployment(assembly, join(folder, 'code'), otherFunctions);
  const first = await read(options.assembly);
  const deliveries = resolve(options.deliveries ?? join(folder, 'deliveries'));
  const findModule =
    options.functions === undefined
      ? undefined
      : await openTargetModules(options.functions, join(folder, 'modules'));
  const faults = options.faults && createFaults(options.faults, clock, options.seed);
  const own = { folder, deliveries, findModule, faults, events, guard, cleanUps };
  const surroundings: Surroundings = { clock, shards, messagesInFlight, ...own };

  const state = createState(surroundings);
  const endpoint = await startEndpoint({
    services: servicesOf(state, clock),
    keys: state.keys,
    clock,
    port: options.port ?? 0,
    onCall: events.onCall,
    onUnanswered: events.onUnanswered,
    faultOf: faults?.ofCall,
  });
  cleanUps.defer(() => endpoint.close());
  const { url } = endpoint;
  const deployer = createDeployer(surroundings, state, url);
  await deployer.deploy(first);
  startMonitoring(state, clock, cleanUps);
  faults?.start();

  const updates = createUpdates(first, deployer, (assembly) => {
    if (cleanUps.disposed) throw new Error('The local AWS is stopped: there is nothing to update');
    return read(assembly);
  });
  return { url, region: first.region, surroundings, state, deployer, updates };
}

type Parts = Awaited<ReturnType<typeof startParts>>;

function localAws({ url, region, surroundings, state, deployer, updates }: Parts): LocalAws {
  const { deliveries, faults, cleanUps } = surroundings;
  const stop = () => cleanUps.disposeAsync();
  const { queues, buckets, tables, alarms } = state;
  const { credentials, sparedCredentials, renewFunction } = deployer;
  return {
    endpoint: url,
    region,
    credentials,
    sparedCredentials,
    deliveries,
    get deployed() {
      return updates.current.deployed;
    },
    get queues() {
      return queues.all().map(localQueue);
    },
    get alarms() {
      return alarms.all();
    },
    faults: () => faults && { seed: faults.seed, counts: faults.counts() },
    messageBodies: () => queues.all().flatMap((queue) => queue.messages().map(({ body }) => body)),
    objectKeys: () => buckets.keys(),
    objects: () => buckets.texts(),
    putItemChanges: (streamArn, changes) => tables.putAll(streamArn, changes),
    update: updates.apply,
    renewFunction,
    clientOf: (account) => ({ endpoint: url, region, credentials: credentialsOf(account, credentials) }),
    stop,
    [Symbol.asyncDispose]: stop,
  };
}

const NO_EVENTS: Required<LocalAwsEvents> = {
  onDelivery() {},
  onIncoming() {},
  onFiltered() {},
  onSettled() {},
  onFailedBatch() {},
  onInvocation() {},
  onUnanswered() {},
  onLog() {},
  onCall() {},
  onAlarm() {},
  onProblem() {},
};

function localQueue(queue: Queue): LocalAws['queues'][number] {
  const { name, account, arn, url } = queue.deployed;
  return { name, account, arn, url, depth: () => queue.depth(), messages: () => queue.messages() };
}

/** A copy, since clients mark what they are given. */
function credentialsOf(account: string, credentials: LocalAws['credentials']) {
  const held = credentials[account];
  if (held === undefined) {
    const known = Object.keys(credentials).join(', ');
    throw new Error(`No stack is in account ${account}. There are: ${known}`);
  }
  return { ...held };
}

/** A temporary folder, which the watchdog removes if this process is killed. */
async function openWorkFolder(given: Watchdog | undefined, cleanUps: AsyncDisposableStack) {
  const watchdog = given ?? createWatchdog();
  if (given === undefined) cleanUps.defer(() => watchdog.close());
  const folder = await mkdtemp(join(tmpdir(), 'xacct-local-'));
  watchdog.guardFolder(folder);
  cleanUps.defer(async () => {
    await rm(folder, { recursive: true, force: true });
    watchdog.releaseFolder(folder);
  });
  return { folder, guard: (child: ChildProcess) => watchdog.guard(child) };
}
