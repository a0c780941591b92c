import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { AccessKeys } from './access-keys.ts';
import { administrator, organizationRole } from './accounts.ts';
import { type DeployedFunction, deploy } from './assembly/deployed.ts';
import { readAssembly } from './assembly/read-assembly.ts';
import { Buckets } from './buckets.ts';
import { type Clock, systemClock } from './clock.ts';
import type { ItemChange } from './dynamodb/item-change.ts';
import type { TableStreamRecord } from './dynamodb/stream-record.ts';
import { isTableStream, TableStreams } from './dynamodb/table-streams.ts';
import { FailureDestination } from './event-source-mapping/failure-destination.ts';
import { type CallRecord, startGateway } from './gateway.ts';
import { createStream } from './kinesis/create-stream.ts';
import { KinesisServers } from './kinesis/kinesis-servers.ts';
import { describeLost, Functions } from './lambda/functions.ts';
import { ProcessFunction } from './lambda/process-function.ts';
import { type Delivery, Recorder } from './lambda/recorder.ts';
import { type TargetFunction, targetFunctionsOf } from './lambda/target-functions.ts';
import { findModules } from './lambda/target-modules.ts';
import { type LocalQueue, localQueue } from './local-queue.ts';
import { organizationOf } from './organization.ts';
import type { Credentials } from './principal.ts';
import { Roles, type Session } from './roles.ts';
import { type DeployedRoute, routesOf } from './routed.ts';
import { createDynamoDb } from './services/dynamodb.ts';
import { createKinesis } from './services/kinesis.ts';
import { createLambda } from './services/lambda.ts';
import { createS3 } from './services/s3.ts';
import { createSqs } from './services/sqs.ts';
import { createSsm } from './services/ssm.ts';
import { createSts } from './services/sts.ts';
import { Queues } from './sqs/queues.ts';
import { type MappingParts, startQueueMappings, startStreamMappings } from './start-mappings.ts';
import { StreamSources } from './stream-sources.ts';

export interface LocalAwsOptions {
  /** Folder of a cloud assembly, as `xacct synth` writes it. */
  assembly: string;
  /** Where recorders write what arrives: `<account>/<region>/<function>.jsonl`. */
  deliveries: string;
  /** Port of the endpoint; 0, the default, for any free one. */
  port?: number;
  /** Folder of `<function name>.mjs` modules that stand for target functions; others get a recorder. */
  functions?: string;
  /** Shards of each routed stream, 1 or more. Default: 2. */
  shards?: number;
  clock?: Clock;
  events?: LocalAwsEvents;
}

export interface LocalAwsEvents {
  /** A recorder took an invocation. */
  onDelivery?(delivery: Delivery): void;
  /** The mapping of a route dropped records that match none of its filters. */
  onFiltered?(routeName: string, eventIds: readonly string[]): void;
  /** A function wrote a line to its log. */
  onLog?(functionName: string, line: string): void;
  /** A call was answered at the endpoint. */
  onCall?(call: CallRecord): void;
  /** Something that an operator should know: records given up, a stream that cannot be read. */
  onProblem?(message: string): void;
}

export interface LocalAws {
  endpoint: string;
  region: string;
  /** Of an administrator, by account. */
  credentials: Readonly<Record<string, Credentials>>;
  routes: readonly DeployedRoute[];
  queues: readonly LocalQueue[];
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
  /** Stops everything; nothing of it is left. */
  stop(): Promise<void>;
}

/** Invocations of one function under way at the most; real accounts start at 1,000 over all functions. */
const CONCURRENCY = 10;
/** Credentials of a function outlast any run: environments are not replaced here, as Lambda would after hours. */
const SESSION_SECONDS = 365 * 86_400;

/**
 * Runs the synthesized templates: every account's roles, policies, parameters, functions and mappings,
 * behind one endpoint.
 *
 * @throws {AssemblyError} when the folder holds no cloud assembly
 * @throws {NotSupportedError} for anything in the templates that the local AWS does not know
 * @throws {TargetModulesError} when the folder of target functions cannot be read
 */
export async function startLocalAws(options: LocalAwsOptions): Promise<LocalAws> {
  const { clock = systemClock, events = {}, shards = 2 } = options;
  const stacks = await readAssembly(options.assembly);
  const deployed = deploy(stacks);
  const routes = routesOf(deployed);
  const modules = await findModules(options.functions);
  const deliveries = resolve(options.deliveries);
  const { account: sourceAccount, region } = deployed.mappings[0] ?? stacks[0] ?? { account: '', region: '' };
  const accounts = [...new Set(stacks.map(({ account }) => account))].sort();

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
    const workFolder = await mkdtemp(join(tmpdir(), 'xacct-local-'));
    cleanUps.push(() => rm(workFolder, { recursive: true, force: true }));

    const keys = new AccessKeys();
    const organizationRoles = accounts.map((account) => organizationRole(account, sourceAccount, region));
    const roles = new Roles([...deployed.roles.values(), ...organizationRoles], keys, clock);
    const credentials = Object.fromEntries(
      accounts.map((account) => [account, keys.issue(administrator(account, region))]),
    );

    const functions = new Functions(clock, (lost) => {
      events.onProblem?.(describeLost(lost));
    });
    cleanUps.push(() => functions.stop());
    const servers = new KinesisServers(workFolder);
    cleanUps.push(() => servers.close());

    const buckets = new Buckets(deployed.buckets, join(workFolder, 'buckets'), clock);
    const queues = new Queues(deployed.queues.values(), clock);
    cleanUps.push(async () => queues.stop());
    const tables = new TableStreams(
      routes.map(({ streamArn }) => streamArn).filter(isTableStream),
      shards,
      clock,
    );

    const gateway = await startGateway({
      services: [
        createSts(roles, clock, organizationOf(deployed.roles.values())),
        createSsm(deployed.parameters, clock),
        createLambda(functions),
        createKinesis(servers),
        createDynamoDb(tables, clock),
        createSqs(queues, clock.now()),
        createS3(buckets),
      ],
      keys,
      clock,
      port: options.port ?? 0,
      onCall: (call) => events.onCall?.(call),
    });
    cleanUps.push(() => gateway.close());
    const endpoint = `http://127.0.0.1:${gateway.port}`;

    const sessionOf = ({ roleArn, name }: DeployedFunction) =>
      roles.startServiceSession(roleArn, 'lambda.amazonaws.com', name, SESSION_SECONDS);
    for (const definition of deployed.functions.values()) {
      functions.add(
        definition.arn,
        runDeployed(definition, endpoint, () => sessionOf(definition), events),
      );
    }
    for (const target of targetFunctionsOf(routes)) {
      const runtime = modules.has(target.name)
        ? runModule(target, resolve(options.functions ?? ''), endpoint, events)
        : new Recorder(target.arn, deliveries, clock, (delivery) => events.onDelivery?.(delivery));
      for (const arn of target.routedArns) functions.add(arn, runtime);
    }

    const sources = new StreamSources(endpoint, credentials);
    cleanUps.push(async () => sources.close());
    for (const { streamArn, streamName, account } of routes) {
      if (isTableStream(streamArn)) continue;
      await createStream(sources.kinesisAs(region, credentials[account]), streamName, shards);
    }

    const mappings: MappingParts = {
      deployed,
      routes,
      functions,
      sessionOf,
      sources,
      queues,
      destination: new FailureDestination(buckets, queues, clock, (message) => events.onProblem?.(message)),
      clock,
      onFiltered: (routeName, eventIds) => events.onFiltered?.(routeName, eventIds),
      onProblem: (message) => events.onProblem?.(message),
      onStarted: (stopMapping) => cleanUps.push(stopMapping),
    };
    startQueueMappings(mappings);
    await startStreamMappings(mappings);

    return {
      endpoint,
      region,
      credentials,
      routes,
      queues: queues.all().map(localQueue),
      kept: async () => [...queues.all().flatMap((queue) => queue.bodies()), ...(await buckets.bodies())],
      putItemChanges: (streamArn, changes) => tables.putAll(streamArn, changes),
      deliveries,
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

function runDeployed(
  definition: DeployedFunction,
  endpoint: string,
  startSession: () => Session,
  events: LocalAwsEvents,
): ProcessFunction {
  const settings = () => ({
    ...definition,
    endpoint,
    credentials: startSession().credentials,
    onLog: (line: string) => events.onLog?.(definition.name, line),
  });
  const { reservedConcurrency } = definition;
  return reservedConcurrency === undefined
    ? new ProcessFunction(settings, CONCURRENCY)
    : new ProcessFunction(settings, reservedConcurrency, 'ReservedFunctionConcurrentInvocationLimitExceeded');
}

/** A target's module runs without a role: the templates know none for it. */
function runModule(
  { name, region }: TargetFunction,
  codeFolder: string,
  endpoint: string,
  events: LocalAwsEvents,
): ProcessFunction {
  const settings = {
    name,
    region,
    endpoint,
    credentials: undefined,
    handler: `${name}.handler`,
    codeFolder,
    environment: {},
    memoryMB: 512,
    timeoutSeconds: 60,
    logGroup: `/aws/lambda/${name}`,
    onLog: (line: string) => events.onLog?.(name, line),
  };
  return new ProcessFunction(() => settings, CONCURRENCY);
}
