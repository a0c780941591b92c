import type { KinesisClient } from '@aws-sdk/client-kinesis';
import { streamFromArn } from '@xacct/core';
import { administrator, organizationRole } from './assembly/accounts.ts';
import { bootstrapOf } from './assembly/bootstrap.ts';
import type { DeployedFunction } from './assembly/deployed.ts';
import type { Deployment } from './assembly/read-deployment.ts';
import { createMappings } from './event-source-mapping/mappings.ts';
import { createFailureDestination } from './event-source-mapping/stream/failure-destination.ts';
import { createStreamSources } from './event-source-mapping/stream/stream-sources.ts';
import { functionPlace } from './faults/faults.ts';
import type { Credentials } from './iam/principal.ts';
import { isTableStream } from './services/dynamodb-streams/table-streams.ts';
import { createStream } from './services/kinesis/create-stream.ts';
import { createDeployedFunctions } from './services/lambda/deployed-functions.ts';
import { createRuntimes } from './services/lambda/runtimes.ts';
import type { State } from './state.ts';
import type { Surroundings } from './surroundings.ts';

export type Deployer = ReturnType<typeof createDeployer>;

/** Credentials of a function are valid for longer than any run: environments are not replaced, as Lambda does after hours. */
const SESSION_SECONDS = 365 * 86_400;

/**
 * Deploys one assembly after another. Whatever does not change keeps its state. Queues, buckets and target functions keep
 * theirs also when no template contains them any more, as AWS does.
 *
 * @param endpoint URL of the endpoint
 */
export function createDeployer(surroundings: Surroundings, state: State, endpoint: string) {
  const { shards, clock, faults, events, cleanUps } = surroundings;
  const credentials: Record<string, Credentials> = {};
  const sparedCredentials: Record<string, Credentials> = {};
  const sources = createStreamSources(endpoint, sparedCredentials);
  cleanUps.defer(() => sources.close());

  const sessionOf = ({ roleArn, name }: DeployedFunction) =>
    state.roles.startServiceSession(roleArn, 'lambda.amazonaws.com', name, SESSION_SECONDS);
  const mappings = createMappings({
    ...surroundings,
    ...events,
    ...state,
    sessionOf,
    sources,
    destination: createFailureDestination(state.buckets, state.queues, clock, events.onProblem),
    onInvocation: (invocation) => events.onInvocation(invocation, (key) => state.buckets.textNow(key)),
  });
  cleanUps.defer(() => mappings.stop());

  const killAfterMs = (arn: string) => faults?.killAfterMs(functionPlace(arn));
  const runtimes = createRuntimes({ ...surroundings, ...state, ...events, endpoint, sessionOf, killAfterMs });
  const functions = createDeployedFunctions(state.functions, runtimes);

  const deployState = ({ stacks, deployed, otherFunctions, accounts, sourceAccount, region }: Deployment) => {
    for (const account of accounts) {
      const principal = administrator(account, region);
      credentials[account] ??= state.keys.issue(principal);
      sparedCredentials[account] ??= state.keys.issue({ ...principal, meetsFaults: false });
    }
    const organizationRoles = accounts.map((account) => organizationRole(account, sourceAccount, region));
    state.inventory.deploy({ stacks, deployed });
    state.alarms.deploy(deployed.alarms);
    const bootstrap = bootstrapOf(stacks, sourceAccount);
    state.roles.deploy([...deployed.roles.values(), ...organizationRoles, ...bootstrap.roles]);
    state.parameters.deploy([...deployed.parameters, ...bootstrap.parameters]);
    state.buckets.deploy(deployed.buckets.values());
    state.queues.deploy(deployed.queues.values());
    state.tables.deploy(deployed.mappings.map(({ streamArn }) => streamArn).filter(isTableStream));
    functions.deploy(deployed.functions.values(), otherFunctions);
  };

  return {
    credentials,
    sparedCredentials,
    /** @throws {AwsError} as AWS does for a mapping that it cannot make */
    async deploy(next: Deployment) {
      deployState(next);
      const changeMappings = mappings.prepare(next);
      await createStreams(
        next,
        (region, account) => sources.kinesisAs(region, sparedCredentials[account]),
        shards,
      );
      await changeMappings();
    },
    /** Deletes the functions that this deployment does not have. */
    deleteOthers: ({ deployed }: Deployment) => functions.deleteOthers(deployed.functions),
    /** From the next invocation on, a function runs in new environments. */
    renewFunction: (arn: string) => functions.renew(arn),
  };
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
