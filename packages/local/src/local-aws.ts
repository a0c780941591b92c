import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { CreateStreamCommand, DescribeStreamSummaryCommand, KinesisClient } from '@aws-sdk/client-kinesis';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import { accountRootArn, partitionOf, roleArn } from '@xacct/core';
import { AccessKeys } from './access-keys.ts';
import { type DeployedFunction, type DeployedRole, deploy } from './assembly/deployed.ts';
import { readAssembly } from './assembly/read-assembly.ts';
import { Buckets } from './buckets.ts';
import { type Clock, systemClock } from './clock.ts';
import { EventSourceMapping, type FailedBatch } from './event-source-mapping/mapping.ts';
import { toFailureObject } from './event-source-mapping/on-failure.ts';
import { type CallRecord, startGateway } from './gateway.ts';
import { parsePolicy } from './iam/policy.ts';
import { KinesisServers } from './kinesis/kinesis-servers.ts';
import { Functions } from './lambda/functions.ts';
import { ProcessFunction } from './lambda/process-function.ts';
import { type Delivery, Recorder } from './lambda/recorder.ts';
import { findModules } from './lambda/target-modules.ts';
import type { Credentials, Principal } from './principal.ts';
import { Roles } from './roles.ts';
import { type DeployedRoute, routesOf } from './routed.ts';
import { createKinesis } from './services/kinesis.ts';
import { createLambda } from './services/lambda.ts';
import { createSsm } from './services/ssm.ts';
import { createSts } from './services/sts.ts';

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
  /** Absolute path of the folder that the recorders write to. */
  deliveries: string;
  /** Stops everything; nothing of it is left. */
  stop(): Promise<void>;
}

/** Invocations of one function under way at the most; real accounts start at 1,000 over all functions. */
const CONCURRENCY = 10;
const HALF_A_DAY_SECONDS = 43_200;

/**
 * Runs the synthesized templates: every account's roles, policies, parameters, functions and mappings,
 * behind one endpoint.
 *
 * @throws {AssemblyError} when the folder holds no cloud assembly
 * @throws {NotSupportedError} for anything in the templates that the local AWS does not know
 */
export async function startLocalAws(options: LocalAwsOptions): Promise<LocalAws> {
  const { clock = systemClock, events = {} } = options;
  const stacks = await readAssembly(options.assembly);
  const deployed = deploy(stacks);
  const routes = routesOf(deployed);
  const deliveries = resolve(options.deliveries);
  const modules = await findModules(options.functions);
  const accounts = [...new Set(stacks.map(({ account }) => account))].sort();
  const source = deployed.mappings[0] ?? stacks[0];
  const region = source?.region ?? '';

  const cleanUps: (() => Promise<unknown>)[] = [];
  const stop = async () => {
    for (let cleanUp = cleanUps.pop(); cleanUp !== undefined; cleanUp = cleanUps.pop()) await cleanUp();
  };

  try {
    const workFolder = await mkdtemp(join(tmpdir(), 'xacct-local-'));
    cleanUps.push(() => rm(workFolder, { recursive: true, force: true }));

    const keys = new AccessKeys();
    const organizationRoles = accounts.map((account) =>
      organizationRole(account, source?.account ?? account, region),
    );
    const roles = new Roles([...deployed.roles.values(), ...organizationRoles], keys, clock);
    const buckets = new Buckets(deployed.buckets, join(workFolder, 'buckets'));

    const functions = new Functions(clock, ({ invocation, reason }) => {
      events.onProblem?.(
        `${invocation.invokedArn} did not take event ${invocation.requestId} in three attempts: ${reason}`,
      );
    });
    cleanUps.push(() => functions.stop());
    const servers = new KinesisServers(workFolder);
    cleanUps.push(() => servers.close());

    const gateway = await startGateway({
      services: [
        createSts(roles),
        createSsm(deployed.parameters, clock.now()),
        createLambda(functions),
        createKinesis(servers),
      ],
      keys,
      clock,
      port: options.port ?? 0,
      onCall: (call) => events.onCall?.(call),
    });
    cleanUps.push(() => gateway.close());
    const endpoint = `http://127.0.0.1:${gateway.port}`;

    const sessionOf = (role: string, name: string) =>
      roles.startServiceSession(role, 'lambda.amazonaws.com', name, HALF_A_DAY_SECONDS);
    for (const definition of deployed.functions.values()) {
      functions.add(definition.arn, deployedFunction(definition, endpoint, sessionOf, events));
    }
    for (const target of targetsOf(routes)) {
      const { base } = target;
      const runtime = modules.has(base.name)
        ? targetModule(base, options.functions ?? '', endpoint, events)
        : new Recorder(base.arn, deliveries, clock, (delivery) => events.onDelivery?.(delivery));
      for (const arn of target.arns) functions.add(arn, runtime);
    }

    const credentials = Object.fromEntries(
      accounts.map((account) => [account, keys.issue(administrator(account, region))]),
    );
    const kinesisAs = (account: string, held: Credentials | undefined) => {
      const client = new KinesisClient({
        endpoint,
        region,
        credentials: held ?? { accessKeyId: account, secretAccessKey: '' },
        // The SDK's own handler for Kinesis holds HTTP/2 sessions open.
        requestHandler: new NodeHttpHandler({ socketTimeout: 0 }),
      });
      cleanUps.push(async () => client.destroy());
      return client;
    };

    const administrators = new Map<string, KinesisClient>();
    for (const { account, eventSourceArn } of deployed.mappings) {
      let client = administrators.get(account);
      if (client === undefined) {
        client = kinesisAs(account, credentials[account]);
        administrators.set(account, client);
      }
      await createStream(client, eventSourceArn, options.shards ?? 2);
    }

    for (const mapping of deployed.mappings.filter(({ enabled }) => enabled)) {
      const definition = deployed.functions.get(mapping.functionArn);
      if (definition === undefined)
        throw new Error(`${mapping.id} maps to ${mapping.functionArn}, which no stack deploys`);
      const session = sessionOf(definition.roleArn, definition.name);
      const runner = new EventSourceMapping({
        mapping,
        kinesis: kinesisAs(mapping.account, session.credentials),
        roleArn: definition.roleArn,
        invoke: (invocation) => functions.invoke(definition.arn, invocation),
        keep: (batch) => keepBatch(batch, buckets, session.principal, clock, events),
        clock,
        onProblem: (message) => events.onProblem?.(message),
      });
      runner.start();
      cleanUps.push(() => runner.stop());
    }

    return { endpoint, region, credentials, routes, deliveries, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** May do everything in its own account: for people and their producers. */
function administrator(account: string, region: string): Principal {
  const arn = `arn:${partitionOf(region)}:iam::${account}:user/administrator`;
  return { kind: 'user', account, arn, principalArn: arn, policies: [ALLOW_ALL] };
}

/** As AWS Organizations puts it into every member account: the way in for the source account's administrator. */
function organizationRole(account: string, sourceAccount: string, region: string): DeployedRole {
  const partition = partitionOf(region);
  const name = 'OrganizationAccountAccessRole';
  const trust = {
    Version: '2012-10-17',
    Statement: {
      Effect: 'Allow',
      Action: 'sts:AssumeRole',
      Principal: { AWS: accountRootArn({ partition, account: sourceAccount, region }) },
    },
  };
  return {
    arn: roleArn({ partition }, account, name),
    name,
    account,
    trust: parsePolicy(trust, name),
    policies: [ALLOW_ALL],
    maxSessionSeconds: 3600,
  };
}

const ALLOW_ALL = parsePolicy(
  { Version: '2012-10-17', Statement: { Effect: 'Allow', Action: '*', Resource: '*' } },
  'AdministratorAccess',
);

function deployedFunction(
  definition: DeployedFunction,
  endpoint: string,
  sessionOf: (role: string, name: string) => ReturnType<Roles['startServiceSession']>,
  events: LocalAwsEvents,
): ProcessFunction {
  const settings = () => ({
    ...definition,
    endpoint,
    credentials: sessionOf(definition.roleArn, definition.name).credentials,
    onLog: (line: string) => events.onLog?.(definition.name, line),
  });
  return new ProcessFunction(settings, CONCURRENCY);
}

interface TargetFunction {
  base: { arn: string; name: string; region: string };
  /** The function itself, and the aliases and versions that are routed. */
  arns: Set<string>;
}

function targetsOf(routes: readonly DeployedRoute[]): TargetFunction[] {
  const targets = new Map<string, TargetFunction>();
  for (const { functionArn, region } of routes.flatMap((route) => route.targets)) {
    const parts = functionArn.split(':');
    const arn = parts.slice(0, 7).join(':');
    const target = targets.get(arn) ?? { base: { arn, name: parts[6] ?? '', region }, arns: new Set([arn]) };
    target.arns.add(functionArn);
    targets.set(arn, target);
  }
  return [...targets.values()];
}

function targetModule(
  { name, region }: TargetFunction['base'],
  folder: string,
  endpoint: string,
  events: LocalAwsEvents,
): ProcessFunction {
  const settings = {
    name,
    region,
    endpoint,
    credentials: undefined,
    handler: `${name}.handler`,
    codeFolder: folder,
    environment: {},
    memoryMB: 512,
    timeoutSeconds: 60,
    logGroup: `/aws/lambda/${name}`,
    onLog: (line: string) => events.onLog?.(name, line),
  };
  return new ProcessFunction(() => settings, CONCURRENCY);
}

async function createStream(kinesis: KinesisClient, arn: string, shards: number): Promise<void> {
  const StreamName = arn.slice(arn.indexOf('/') + 1);
  try {
    await kinesis.send(new CreateStreamCommand({ StreamName, ShardCount: shards }));
  } catch (error) {
    // Two forwarders may read one stream.
    if ((error as Error).name !== 'ResourceInUseException') throw error;
  }
  const isActive = async () => {
    const { StreamDescriptionSummary } = await kinesis.send(new DescribeStreamSummaryCommand({ StreamName }));
    return StreamDescriptionSummary?.StreamStatus === 'ACTIVE';
  };
  while (!(await isActive())) await systemClock.sleep(10);
}

async function keepBatch(
  batch: FailedBatch,
  buckets: Buckets,
  role: Principal,
  clock: Clock,
  events: LocalAwsEvents,
): Promise<void> {
  const { mapping, records, condition } = batch;
  const what = `${records.length} records of ${mapping.eventSourceArn} were given up (${condition})`;
  if (mapping.failureBucket === undefined) {
    events.onProblem?.(`${what} and are lost: their mapping has no on-failure destination`);
    return;
  }
  const { key, body } = toFailureObject(batch, clock);
  try {
    await buckets.put(role, partitionOf(mapping.region), mapping.failureBucket, key, body);
    events.onProblem?.(`${what} and are kept in s3://${mapping.failureBucket}/${key}`);
  } catch (error) {
    events.onProblem?.(`${what} and are lost: ${(error as Error).message}`);
  }
}
