import type { DeployedBucket, DeployedParameter, DeployedRole } from '../src/assembly/deployed.ts';
import type { DeployedQueue } from '../src/assembly/deployed-queue.ts';
import { createInventory } from '../src/assembly/inventory.ts';
import { createAccessKeys } from '../src/endpoint/access-keys.ts';
import type { CallRecord } from '../src/endpoint/answer.ts';
import { startEndpoint } from '../src/endpoint/start-endpoint.ts';
import type { Faults } from '../src/faults/faults.ts';
import type { Credentials, Principal } from '../src/iam/principal.ts';
import { createAlarms } from '../src/services/cloudwatch/alarms.ts';
import { createMetrics } from '../src/services/cloudwatch/metrics.ts';
import { createTableStreams } from '../src/services/dynamodb-streams/table-streams.ts';
import { createKinesisServers } from '../src/services/kinesis/kinesis-servers.ts';
import type { LostEvent } from '../src/services/lambda/event-queue.ts';
import { createFunctions } from '../src/services/lambda/functions.ts';
import type { FunctionRuntime } from '../src/services/lambda/invocation.ts';
import { createMappingResults } from '../src/services/lambda/mapping-results.ts';
import { createLogs } from '../src/services/logs/logs.ts';
import { createBuckets } from '../src/services/s3/buckets.ts';
import { createQueues } from '../src/services/sqs/queues.ts';
import { createParameters } from '../src/services/ssm/parameters.ts';
import { createRoles } from '../src/services/sts/roles.ts';
import { type Clock, systemClock } from '../src/shared/clock.ts';
import { servicesOf } from '../src/state.ts';
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
export async function startServices({
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
  const keys = createAccessKeys();
  const lost: LostEvent[] = [];
  const known = createFunctions(clock, (event) => lost.push(event));
  for (const [arn, runtime] of Object.entries(functions)) known.add(arn, runtime);
  const servers = createKinesisServers(folder);
  const knownRoles = createRoles(keys, clock);
  knownRoles.deploy(roles);
  const knownParameters = createParameters(clock);
  knownParameters.deploy(parameters);
  const knownQueues = createQueues(queues, clock, () => false, messagesInFlight);
  const knownBuckets = createBuckets(folder, clock);
  knownBuckets.deploy(buckets);
  const incoming: [streamArn: string, records: number][] = [];
  const onIncoming = (...taken: [string, number]) => incoming.push(taken);
  const tables = createTableStreams(2, clock, onIncoming);
  tables.deploy(tableStreams);
  const metrics = createMetrics(clock);
  const alarms = createAlarms(metrics, clock);
  const logs = createLogs(clock);
  const inventory = createInventory(clock);
  const mappingResults = createMappingResults();
  const calls: CallRecord[] = [];
  const unanswered: string[] = [];
  const started = await startEndpoint({
    services: servicesOf(
      {
        roles: knownRoles,
        parameters: knownParameters,
        functions: known,
        servers,
        onIncoming,
        tables,
        queues: knownQueues,
        buckets: knownBuckets,
        metrics,
        alarms,
        logs,
        inventory,
        mappingResults,
      },
      clock,
    ),
    keys,
    clock,
    port: 0,
    onCall: (call) => calls.push(call),
    onUnanswered: (requestId) => unanswered.push(requestId),
    faultOf: faults?.ofCall,
  });
  const endpoint = started.url;
  return {
    endpoint,
    keys,
    calls,
    unanswered,
    incoming,
    queues: knownQueues,
    metrics,
    alarms,
    logs,
    inventory,
    mappingResults,
    /** For an SDK client of this principal, or with these credentials. */
    as(caller: Principal | Credentials, region = REGION): ClientConfig {
      const credentials = 'policies' in caller ? keys.issue(caller) : caller;
      return { endpoint, region, credentials: { ...credentials }, maxAttempts: 1 };
    },
    async stop() {
      await started.close();
      knownQueues.stop();
      await known.stop();
      await servers.close();
      await remove();
    },
  };
}

export type Endpoint = Awaited<ReturnType<typeof startServices>>;
