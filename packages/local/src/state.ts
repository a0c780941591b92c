import { join } from 'node:path';
import { type AccessKeys, createAccessKeys } from './endpoint/access-keys.ts';
import type { Service } from './endpoint/service.ts';
import { functionPlace } from './faults/function-place.ts';
import { createDynamoDbStreams } from './services/dynamodb-streams/dynamodb-streams.ts';
import { createTableStreams, type TableStreams } from './services/dynamodb-streams/table-streams.ts';
import { createKinesis } from './services/kinesis/kinesis.ts';
import { createKinesisServers, type KinesisServers } from './services/kinesis/kinesis-servers.ts';
import { describeLost } from './services/lambda/event-queue.ts';
import { createFunctions, type Functions } from './services/lambda/functions.ts';
import { createLambda } from './services/lambda/lambda.ts';
import { describeStopped } from './services/lambda/recursion.ts';
import { type Buckets, createBuckets } from './services/s3/buckets.ts';
import { createS3 } from './services/s3/s3.ts';
import { createQueues, type Queues } from './services/sqs/queues.ts';
import { createSqs } from './services/sqs/sqs.ts';
import { createParameters, type Parameters } from './services/ssm/parameters.ts';
import { createSsm } from './services/ssm/ssm.ts';
import { createRoles, type Roles } from './services/sts/roles.ts';
import { createSts } from './services/sts/sts.ts';
import type { Clock } from './shared/clock.ts';
import type { Surroundings } from './surroundings.ts';

/** Everything that the accounts hold, service by service. Empty until something is deployed. */
export interface State {
  keys: AccessKeys;
  roles: Roles;
  parameters: Parameters;
  functions: Functions;
  servers: KinesisServers;
  tables: TableStreams;
  queues: Queues;
  buckets: Buckets;
}

export function createState(surroundings: Surroundings): State {
  const { clock, folder, shards, faults, messagesInFlight, guard, events, cleanUps } = surroundings;
  const { onProblem } = events;
  const keys = createAccessKeys();
  const state: State = {
    keys,
    roles: createRoles([], keys, clock),
    parameters: createParameters(clock),
    functions: createFunctions(
      clock,
      (lost) => onProblem(describeLost(lost)),
      (arn) => faults?.duplicates('event', functionPlace(arn)) ?? false,
      (stopped) => onProblem(describeStopped(stopped)),
    ),
    servers: createKinesisServers(folder, guard),
    tables: createTableStreams(shards, clock),
    queues: createQueues(
      [],
      clock,
      ({ account, region, arn }) =>
        faults?.duplicates('message', { account, region, resource: arn }) ?? false,
      messagesInFlight,
    ),
    buckets: createBuckets(join(folder, 'buckets'), clock),
  };
  cleanUps.add(() => state.functions.stop());
  cleanUps.add(() => state.servers.close());
  cleanUps.add(() => state.queues.stop());
  return state;
}

/** The services that the endpoint calls. */
export function servicesOf(state: State, clock: Clock): Service[] {
  return [
    createSts(state.roles, clock),
    createSsm(state.parameters, clock),
    createLambda(state.functions),
    createKinesis(state.servers),
    createDynamoDbStreams(state.tables, clock),
    createSqs(state.queues),
    createS3(state.buckets),
  ];
}
