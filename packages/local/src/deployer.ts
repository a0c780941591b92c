import type { KinesisClient } from '@aws-sdk/client-kinesis';
import { streamFromArn } from '@xacct/core';
import { administrator, organizationRole } from './assembly/accounts.ts';
import type { DeployedFunction } from './assembly/deployed.ts';
import type { Deployment } from './assembly/read-deployment.ts';
import type { MappingParts } from './event-source-mapping/accept-mapping.ts';
import { createMappings, type Mappings } from './event-source-mapping/mappings.ts';
import { createFailureDestination } from './event-source-mapping/stream/failure-destination.ts';
import { createStreamSources, type StreamSources } from './event-source-mapping/stream/stream-sources.ts';
import { functionPlace } from './faults/function-place.ts';
import type { Credentials } from './iam/principal.ts';
import type { LocalAws } from './local-aws.ts';
import { isTableStream } from './services/dynamodb-streams/table-streams.ts';
import { createStream } from './services/kinesis/create-stream.ts';
import { createDeployedFunctions } from './services/lambda/deployed-functions.ts';
import { createRuntimes } from './services/lambda/runtimes.ts';
import type { State } from './state.ts';
import type { Surroundings } from './surroundings.ts';

/**
 * Deploys one assembly after another. Whatever does not change keeps its state. Queues, buckets and target functions keep
 * theirs also when no template contains them any more, as AWS does.
 */
export interface Deployer extends Pick<LocalAws, 'credentials' | 'sparedCredentials'> {
  /** @throws {AwsError} as AWS does for a mapping that it cannot make */
  deploy(next: Deployment): Promise<void>;
  /** Deletes the functions that this deployment does not have. */
  deleteOthers(current: Deployment): Promise<void>;
  /** From the next invocation on, a function runs in new environments. */
  renewFunction(arn: string): Promise<void>;
}

/** Credentials of a function are valid for longer than any run: environments are not replaced, as Lambda does after hours. */
const SESSION_SECONDS = 365 * 86_400;

/** @param endpoint URL of the endpoint */
export function createDeployer(surroundings: Surroundings, state: State, endpoint: string): Deployer {
  const { shards, clock, faults, findModule, deliveries, guard, events, cleanUps } = surroundings;
  const credentials: Record<string, Credentials> = {};
  const sparedCredentials: Record<string, Credentials> = {};
  const sources = createStreamSources(endpoint, sparedCredentials);
  cleanUps.defer(() => sources.close());

  const sessionOf = ({ roleArn, name }: DeployedFunction) =>
    state.roles.startServiceSession(roleArn, 'lambda.amazonaws.com', name, SESSION_SECONDS);
  const mappings = mappingsOf(surroundings, state, sources, sessionOf);
  cleanUps.defer(() => mappings.stop());

  const killAfterMs = (arn: string) => faults?.killAfterMs(functionPlace(arn));
  const { onDelivery, onLog } = events;
  const functions = createDeployedFunctions(
    state.functions,
    createRuntimes({
      endpoint,
      sessionOf,
      findModule,
      deliveries,
      clock,
      guard,
      killAfterMs,
      onDelivery,
      onLog,
    }),
  );

  const deployState = ({ deployed, otherFunctions, accounts, sourceAccount, region }: Deployment) => {
    for (const account of accounts) {
      const principal = administrator(account, region);
      credentials[account] ??= state.keys.issue(principal);
      sparedCredentials[account] ??= state.keys.issue({ ...principal, meetsFaults: false });
    }
    const organizationRoles = accounts.map((account) => organizationRole(account, sourceAccount, region));
    state.roles.deploy([...deployed.roles.values(), ...organizationRoles]);
    state.parameters.deploy(deployed.parameters);
    state.buckets.deploy(deployed.buckets.values());
    state.queues.deploy(deployed.queues.values());
    state.tables.deploy(deployed.mappings.map(({ streamArn }) => streamArn).filter(isTableStream));
    functions.deploy(deployed.functions.values(), otherFunctions);
  };

  return {
    credentials,
    sparedCredentials,
    async deploy(next) {
      deployState(next);
      const changeMappings = mappings.prepare(next);
      await createStreams(
        next,
        (region, account) => sources.kinesisAs(region, sparedCredentials[account]),
        shards,
      );
      await changeMappings();
    },
    deleteOthers: ({ deployed }) => functions.deleteOthers(deployed.functions),
    renewFunction: (arn) => functions.renew(arn),
  };
}

function mappingsOf(
  { clock, faults, events }: Surroundings,
  { functions, queues, buckets }: State,
  sources: StreamSources,
  sessionOf: MappingParts['sessionOf'],
): Mappings {
  const { onFiltered, onSettled, onInvocation, onProblem } = events;
  return createMappings({
    functions,
    sessionOf,
    sources,
    queues,
    destination: createFailureDestination(buckets, queues, clock, onProblem),
    clock,
    onFiltered,
    onSettled,
    onInvocation: (invocation) => onInvocation(invocation, (key) => buckets.textNow(key)),
    faults,
    onProblem,
  });
}

/** Creates the Kinesis streams that mappings read, since no template deploys them. */
async function createStreams(
  { deployed, region }: Deployment,
  kinesisOf: (region: string, account: string) => KinesisClient,
  shards: number,
): Promise<void> {
  const streams = deployed.mappings.filter(({ streamArn }) => !isTableStream(streamArn));
  for (const [account, read] of Map.groupBy(streams, (mapping) => mapping.account)) {
    const kinesis = kinesisOf(region, account);
    const names = new Set(read.map(({ streamArn }) => streamFromArn(streamArn)?.name ?? ''));
    await Promise.all(Array.from(names, (name) => createStream(kinesis, name, shards)));
  }
}
