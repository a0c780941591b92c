import { join, resolve } from 'node:path';
import type { DeployedFunction } from './assembly/deployed.ts';
import { readDeployment } from './assembly/read-deployment.ts';
import { type CleanUps, createCleanUps } from './clean-ups.ts';
import { systemClock } from './clock.ts';
import { type Administrators, createDeployer } from './deployer.ts';
import { startEndpoint } from './endpoint/start-endpoint.ts';
import { createMappings } from './event-source-mapping/mappings.ts';
import { FailureDestination } from './event-source-mapping/stream/failure-destination.ts';
import { createStreamSources } from './event-source-mapping/stream/stream-sources.ts';
import { createFaults } from './faults/faults.ts';
import { functionPlace } from './faults/function-place.ts';
import type { LocalAws, LocalAwsOptions } from './local-aws.ts';
import { createRuntimes } from './services/lambda/runtimes.ts';
import { TargetModules } from './services/lambda/target-modules.ts';
import { createState, servicesOf } from './state.ts';
import { createUpdates } from './updates.ts';
import { openWorkFolder } from './work-folder.ts';

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
  const cleanUps = createCleanUps();
  try {
    return await start(options, cleanUps);
  } catch (error) {
    await cleanUps.run();
    throw error;
  }
}

async function start(options: LocalAwsOptions, cleanUps: CleanUps): Promise<LocalAws> {
  const { clock = systemClock, events = {}, shards = 2, messagesInFlight } = options;
  const onProblem = (message: string) => events.onProblem?.(message);
  const { folder, guard } = await openWorkFolder(options.watchdog, cleanUps);
  const codeFolder = join(folder, 'code');
  const first = await readDeployment(options.assembly, codeFolder, options.otherFunctions);
  const deliveries = resolve(options.deliveries ?? join(folder, 'deliveries'));
  const modules =
    options.functions === undefined
      ? undefined
      : await TargetModules.open(options.functions, join(folder, 'modules'));
  const faults = options.faults && createFaults(options.faults, clock, options.seed);

  const state = createState({ clock, folder, shards, faults, messagesInFlight, guard, onProblem });
  const { functions, queues, buckets, tables } = state;
  cleanUps.add(() => functions.stop());
  cleanUps.add(() => state.servers.close());
  cleanUps.add(() => queues.stop());

  const endpoint = await startEndpoint({
    services: servicesOf(state, clock),
    keys: state.keys,
    clock,
    port: options.port ?? 0,
    onCall: (call) => events.onCall?.(call),
    onUnanswered: (requestId) => events.onUnanswered?.(requestId),
    faultOf: faults?.ofCall,
  });
  cleanUps.add(() => endpoint.close());

  const administrators: Administrators = { credentials: {}, sparedCredentials: {} };
  const { credentials, sparedCredentials } = administrators;
  const sources = createStreamSources(endpoint.url, sparedCredentials);
  cleanUps.add(() => sources.close());

  const sessionOf = ({ roleArn, name }: DeployedFunction) =>
    state.roles.startServiceSession(roleArn, 'lambda.amazonaws.com', name, SESSION_SECONDS);
  const mappings = createMappings({
    functions,
    sessionOf,
    sources,
    queues,
    destination: new FailureDestination(buckets, queues, clock, onProblem),
    clock,
    onFiltered: (mapping, eventIds) => events.onFiltered?.(mapping, eventIds),
    onSettled: (mapping, eventIds) => events.onSettled?.(mapping, eventIds),
    onInvocation: (invocation) => events.onInvocation?.(invocation, (key) => buckets.textNow(key)),
    faults,
    onProblem,
  });
  cleanUps.add(() => mappings.stop());

  const runtimes = createRuntimes({
    endpoint: endpoint.url,
    sessionOf,
    modules,
    deliveries,
    clock,
    guard,
    killAfterMs: (arn) => faults?.killAfterMs(functionPlace(arn)),
    onDelivery: (delivery) => events.onDelivery?.(delivery),
    onLog: (name, line) => events.onLog?.(name, line),
  });
  const deployer = createDeployer({ state, runtimes, sources, mappings, administrators, shards });
  await deployer.deploy(first);
  faults?.start();

  const stop = () => cleanUps.run();
  const { region } = first;
  const updates = createUpdates(first, deployer, (assembly) => {
    if (cleanUps.done) throw new Error('The local AWS is stopped: there is nothing to update');
    return readDeployment(assembly, codeFolder, options.otherFunctions);
  });
  return {
    endpoint: endpoint.url,
    region,
    credentials,
    sparedCredentials,
    deliveries,
    get deployed() {
      return updates.current.deployed;
    },
    get queues() {
      return queues.all().map((queue) => {
        const { name, account, arn, url } = queue.deployed;
        return { name, account, arn, url, depth: () => queue.depth() };
      });
    },
    faults: () => faults && { seed: faults.seed, counts: faults.counts() },
    messageBodies: () => queues.all().flatMap((queue) => queue.bodies()),
    objects: () => buckets.texts(),
    putItemChanges: (streamArn, changes) => tables.putAll(streamArn, changes),
    update: (assembly) => updates.apply(assembly),
    renewFunction: (arn) => deployer.renewFunction(arn),
    clientOf(account) {
      const held = credentials[account];
      if (held === undefined) {
        const known = Object.keys(credentials).join(', ');
        throw new Error(`No stack is in account ${account}. There are: ${known}`);
      }
      // A copy, since clients mark what they are given.
      return { endpoint: endpoint.url, region, credentials: { ...held } };
    },
    stop,
    [Symbol.asyncDispose]: stop,
  };
}

/** Credentials of a function are valid for longer than any run: environments are not replaced, as Lambda does after hours. */
const SESSION_SECONDS = 365 * 86_400;
