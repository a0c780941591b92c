import { AccessKeys } from '../src/endpoint/access-keys.ts';
import type { DeployedBucket, DeployedParameter, DeployedRole } from '../src/assembly/deployed.ts';
import type { DeployedQueue } from '../src/assembly/deployed-queue.ts';
import { Buckets } from '../src/services/s3/buckets.ts';
import { type Clock, systemClock } from '../src/clock.ts';
import { TableStreams } from '../src/services/dynamodb-streams/table-streams.ts';
import type { Faults } from '../src/faults/faults.ts';
import { type CallRecord, startGateway } from '../src/endpoint/gateway.ts';
import { KinesisServers } from '../src/services/kinesis/kinesis-servers.ts';
import type { LostEvent } from '../src/services/lambda/event-queue.ts';
import { type FunctionRuntime, Functions } from '../src/services/lambda/functions.ts';
import type { Credentials, Principal } from '../src/iam/principal.ts';
import { Roles } from '../src/services/sts/roles.ts';
import { createDynamoDb } from '../src/services/dynamodb-streams/dynamodb-streams.ts';
import { createKinesis } from '../src/services/kinesis/kinesis.ts';
import { createLambda } from '../src/services/lambda/lambda.ts';
import { createS3 } from '../src/services/s3/s3.ts';
import { createSqs } from '../src/services/sqs/sqs.ts';
import { createSsm } from '../src/services/ssm/ssm.ts';
import { createSts } from '../src/services/sts/sts.ts';
import { Queues } from '../src/services/sqs/queues.ts';
import { REGION, temporaryFolder } from './factories.ts';

export interface EndpointParts {
  roles?: DeployedRole[];
  parameters?: DeployedParameter[];
  /** By ARN. */
  functions?: Record<string, FunctionRuntime>;
  queues?: DeployedQueue[];
  buckets?: DeployedBucket[];
  /** ARNs of the streams of tables. */
  tableStreams?: string[];
  /** The bound of each queue. Default: AWS's own. */
  messagesInFlight?: number;
  clock?: Clock;
  faults?: Faults;
}

export interface ClientConfig {
  endpoint: string;
  region: string;
  credentials: Credentials;
  maxAttempts: number;
}

/** An endpoint with all services, and nothing in them but what a test asks for. */
export async function startEndpoint({
  roles = [],
  parameters = [],
  functions = {},
  queues = [],
  buckets = [],
  tableStreams = [],
  messagesInFlight,
  clock = systemClock,
  faults,
}: EndpointParts = {}) {
  const { folder, remove } = await temporaryFolder();
  const keys = new AccessKeys();
  const lost: LostEvent[] = [];
  const known = new Functions(clock, (event) => lost.push(event));
  for (const [arn, runtime] of Object.entries(functions)) known.add(arn, runtime);
  const servers = new KinesisServers(folder);
  const knownRoles = new Roles(roles, keys, clock);
  const knownQueues = new Queues(queues, clock, () => false, messagesInFlight);
  const calls: CallRecord[] = [];
  const unanswered: string[] = [];
  const gateway = await startGateway({
    services: [
      createSts(knownRoles, clock),
      createSsm(parameters, clock),
      createLambda(known),
      createKinesis(servers),
      createDynamoDb(new TableStreams(tableStreams, 2, clock), clock),
      createSqs(knownQueues, clock.now()),
      createS3(new Buckets(new Map(buckets.map((bucket) => [bucket.name, bucket])), folder, clock)),
    ],
    keys,
    clock,
    port: 0,
    onCall: (call) => calls.push(call),
    onUnanswered: (requestId) => unanswered.push(requestId),
    faults,
  });
  const endpoint = `http://127.0.0.1:${gateway.port}`;
  return {
    endpoint,
    keys,
    calls,
    unanswered,
    queues: knownQueues,
    /** For an SDK client of this principal, or of who holds these credentials. */
    as(caller: Principal | Credentials, region = REGION): ClientConfig {
      const credentials = 'policies' in caller ? keys.issue(caller) : caller;
      return { endpoint, region, credentials: { ...credentials }, maxAttempts: 1 };
    },
    async stop() {
      await gateway.close();
      knownQueues.stop();
      await known.stop();
      await servers.close();
      await remove();
    },
  };
}

export type Endpoint = Awaited<ReturnType<typeof startEndpoint>>;
