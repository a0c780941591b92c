import { join } from 'node:path';
import { createInventory } from './assembly/inventory.ts';
import { createAccessKeys } from './endpoint/access-keys.ts';
import { type Service, serve } from './endpoint/service.ts';
import { functionPlace } from './faults/faults.ts';
import { cloudformation } from './services/cloudformation/cloudformation.ts';
import { createAlarms } from './services/cloudwatch/alarms.ts';
import { cloudwatch } from './services/cloudwatch/cloudwatch.ts';
import { createMetrics } from './services/cloudwatch/metrics.ts';
import { createDynamoDbStreams } from './services/dynamodb-streams/dynamodb-streams.ts';
import { createTableStreams } from './services/dynamodb-streams/table-streams.ts';
import { kinesis } from './services/kinesis/kinesis.ts';
import { createKinesisServers } from './services/kinesis/kinesis-servers.ts';
import { describeLost } from './services/lambda/event-queue.ts';
import { createFunctions } from './services/lambda/functions.ts';
import { lambda } from './services/lambda/lambda.ts';
import { createMappingResults } from './services/lambda/mapping-results.ts';
import { describeStopped } from './services/lambda/recursion.ts';
import { cloudwatchLogs } from './services/logs/cloudwatch-logs.ts';
import { createLogs } from './services/logs/logs.ts';
import { createBuckets } from './services/s3/buckets.ts';
import { s3 } from './services/s3/s3.ts';
import { createQueues } from './services/sqs/queues.ts';
import { sqs } from './services/sqs/sqs.ts';
import { createParameters } from './services/ssm/parameters.ts';
import { createSsm } from './services/ssm/ssm.ts';
import { createRoles } from './services/sts/roles.ts';
import { createSts } from './services/sts/sts.ts';
import type { Clock } from './shared/clock.ts';
import type { Surroundings } from './surroundings.ts';

export type State = ReturnType<typeof createState>;

/** Everything that the accounts hold, service by service. Empty until something is deployed. */
export function createState(surroundings: Surroundings) {
  const { clock, folder, shards, faults, messagesInFlight, guard, events, cleanUps } = surroundings;
  const { onProblem } = events;
  const keys = createAccessKeys();
  const metrics = createMetrics(clock);
  const state = {
    keys,
    inventory: createInventory(clock),
    mappingResults: createMappingResults(),
    metrics,
    alarms: createAlarms(metrics, clock, events.onAlarm),
    logs: createLogs(clock),
    roles: createRoles(keys, clock),
    parameters: createParameters(clock),
    functions: createFunctions(
      clock,
      (lost) => onProblem(describeLost(lost)),
      (arn) => faults?.duplicates('event', functionPlace(arn)) ?? false,
      (stopped) => onProblem(describeStopped(stopped)),
    ),
    servers: createKinesisServers(folder, guard),
    tables: createTableStreams(shards, clock, events.onIncoming),
    onIncoming: events.onIncoming,
    queues: createQueues(
      [],
      clock,
      ({ account, region, arn }) =>
        faults?.duplicates('message', { account, region, resource: arn }) ?? false,
      messagesInFlight,
    ),
    buckets: createBuckets(join(folder, 'buckets'), clock),
  };
  cleanUps.defer(() => state.functions.stop());
  cleanUps.defer(() => state.servers.close());
  cleanUps.defer(() => state.queues.stop());
  return state;
}

/** The services that the endpoint calls. */
export function servicesOf(state: Omit<State, 'keys'>, clock: Clock): Service[] {
  return [
    createSts(state.roles, clock),
    createSsm(state.parameters, clock),
    serve(lambda, state),
    serve(kinesis, state),
    createDynamoDbStreams(state.tables, clock),
    serve(sqs, state.queues),
    serve(s3, state.buckets),
    serve(cloudformation, state.inventory),
    serve(cloudwatch, state),
    serve(cloudwatchLogs, state.logs),
  ];
}
