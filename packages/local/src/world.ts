import type { AccessKeys } from './endpoint/access-keys.ts';
import { administrator, organizationRole } from './assembly/accounts.ts';
import type { DeployedFunction } from './assembly/deployed.ts';
import type { DeployedQueue } from './assembly/deployed-queue.ts';
import { Buckets } from './services/s3/buckets.ts';
import type { Clock } from './clock.ts';
import { type Deployment, isSameFunction } from './assembly/read-deployment.ts';
import { isTableStream, TableStreams } from './services/dynamodb-streams/table-streams.ts';
import type { KinesisServers } from './services/kinesis/kinesis-servers.ts';
import type { LostEvent } from './services/lambda/event-queue.ts';
import { type FunctionRuntime, Functions } from './services/lambda/functions.ts';
import type { ProcessFunction } from './services/lambda/process-function.ts';
import type { StoppedInvocation } from './services/lambda/recursion.ts';
import { type TargetFunction, targetFunctionsOf } from './services/lambda/target-functions.ts';
import { organizationOf } from './assembly/organization.ts';
import type { Credentials } from './iam/principal.ts';
import { Roles, type Session } from './services/sts/roles.ts';
import { createDynamoDb } from './services/dynamodb-streams/dynamodb-streams.ts';
import { createKinesis } from './services/kinesis/kinesis.ts';
import { createLambda } from './services/lambda/lambda.ts';
import { createS3 } from './services/s3/s3.ts';
import type { Service } from './endpoint/service.ts';
import { createSqs } from './services/sqs/sqs.ts';
import { createSsm } from './services/ssm/ssm.ts';
import { createSts } from './services/sts/sts.ts';
import { Queues } from './services/sqs/queues.ts';

export interface WorldOptions {
  clock: Clock;
  /** Folder for the objects of buckets. */
  objects: string;
  servers: KinesisServers;
  /** Of each stream of a table. */
  shards: number;
  runDeployed: (definition: DeployedFunction) => ProcessFunction;
  runTarget: (target: TargetFunction) => FunctionRuntime;
  onLost: (lost: LostEvent) => void;
  onStopped: (stopped: StoppedInvocation) => void;
  /** Whether an asynchronous event is run a second time, as Lambda's queue may do. */
  runsTwice: (functionArn: string) => boolean;
  /** Whether a copy of a message deleted from a queue stays, to be received once more. */
  keepsCopy: (queue: DeployedQueue) => boolean;
  /** The bound of each queue. Default: AWS's own. */
  messagesInFlight: number | undefined;
}

/** Credentials of a function outlast any run: environments are not replaced here, as Lambda would after hours. */
const SESSION_SECONDS = 365 * 86_400;

/**
 * All that the accounts hold. Deploying to it once more changes what differs: what was there and still is keeps its
 * state, and so do queues, buckets and target functions that no template has any more, as in AWS.
 */
export class World {
  readonly functions: Functions;
  readonly queues: Queues;
  readonly buckets: Buckets;
  readonly tables: TableStreams;
  /** Of an administrator, by account. */
  readonly credentials: Record<string, Credentials> = {};
  /** As `credentials`, of who meets no fault. */
  readonly sparedCredentials: Record<string, Credentials> = {};
  services: readonly Service[] = [];
  readonly #options: WorldOptions;
  readonly #keys: AccessKeys;
  readonly #roles: Roles;
  readonly #deployed = new Map<string, { definition: DeployedFunction; runtime: ProcessFunction }>();

  constructor(keys: AccessKeys, options: WorldOptions) {
    const { clock, objects, shards, onLost, onStopped, runsTwice, keepsCopy, messagesInFlight } = options;
    this.#options = options;
    this.#keys = keys;
    this.#roles = new Roles([], keys, clock);
    this.functions = new Functions(clock, onLost, runsTwice, onStopped);
    this.queues = new Queues([], clock, keepsCopy, messagesInFlight);
    this.buckets = new Buckets(new Map(), objects, clock);
    this.tables = new TableStreams([], shards, clock);
  }

  deploy({ deployed, routes, accounts, sourceAccount, region }: Deployment): void {
    const { clock, servers, runTarget } = this.#options;
    for (const account of accounts) {
      const principal = administrator(account, region);
      this.credentials[account] ??= this.#keys.issue(principal);
      this.sparedCredentials[account] ??= this.#keys.issue({ ...principal, meetsFaults: false });
    }
    const organizationRoles = accounts.map((account) => organizationRole(account, sourceAccount, region));
    this.#roles.deploy([...deployed.roles.values(), ...organizationRoles]);
    this.buckets.deploy(deployed.buckets.values());
    this.queues.deploy(deployed.queues.values());
    this.tables.deploy(routes.map(({ streamArn }) => streamArn).filter(isTableStream));
    for (const definition of deployed.functions.values()) this.#deployFunction(definition);
    for (const target of targetFunctionsOf(routes)) {
      const runtime = this.functions.has(target.arn) ? this.functions.find(target.arn) : runTarget(target);
      for (const arn of target.routedArns) this.functions.add(arn, runtime);
    }
    this.services = [
      createSts(this.#roles, clock, organizationOf(deployed.roles.values())),
      createSsm(deployed.parameters, clock),
      createLambda(this.functions),
      createKinesis(servers),
      createDynamoDb(this.tables, clock),
      createSqs(this.queues, clock.now()),
      createS3(this.buckets),
    ];
  }

  /** Deletes the functions that templates no longer have. What they run may end. */
  async deleteOthers({ deployed }: Deployment): Promise<void> {
    const others = [...this.#deployed].filter(([arn]) => !deployed.functions.has(arn));
    for (const [arn] of others) {
      this.functions.remove(arn);
      this.#deployed.delete(arn);
    }
    await Promise.all(others.map(([, { runtime }]) => runtime.renew()));
  }

  /** From the next invocation on, a function runs in environments that know nothing of what was. */
  async renew(arn: string): Promise<void> {
    await this.#deployed.get(arn)?.runtime.renew();
  }

  /**
   * A session of a function's execution role.
   *
   * @throws {AwsError} when the role does not trust Lambda
   */
  sessionOf({ roleArn, name }: DeployedFunction): Session {
    return this.#roles.startServiceSession(roleArn, 'lambda.amazonaws.com', name, SESSION_SECONDS);
  }

  #deployFunction(definition: DeployedFunction): void {
    const before = this.#deployed.get(definition.arn);
    if (before !== undefined) {
      if (isSameFunction(before.definition, definition)) return;
      this.functions.remove(definition.arn);
      void before.runtime.renew();
    }
    const runtime = this.#options.runDeployed(definition);
    this.#deployed.set(definition.arn, { definition, runtime });
    this.functions.add(definition.arn, runtime, definition.recursiveLoop);
  }
}
