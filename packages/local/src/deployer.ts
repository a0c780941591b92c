import { streamFromArn } from '@xacct/core';
import { administrator, organizationRole } from './assembly/accounts.ts';
import type { Deployment } from './assembly/read-deployment.ts';
import type { Mappings } from './event-source-mapping/mappings.ts';
import type { StreamSources } from './event-source-mapping/stream/stream-sources.ts';
import type { Credentials } from './iam/principal.ts';
import { isTableStream } from './services/dynamodb-streams/table-streams.ts';
import { createStream } from './services/kinesis/create-stream.ts';
import { createDeployedFunctions } from './services/lambda/deployed-functions.ts';
import type { Runtimes } from './services/lambda/runtimes.ts';
import type { State } from './state.ts';

export interface DeployerOptions {
  state: State;
  runtimes: Runtimes;
  sources: StreamSources;
  mappings: Mappings;
  /** Administrator credentials by account ID, to which new accounts are added. */
  administrators: Administrators;
  /** Shards of each Kinesis stream. */
  shards: number;
}

/** Credentials of administrators, by account ID. */
export interface Administrators {
  credentials: Record<string, Credentials>;
  /** Exempt from fault injection. */
  sparedCredentials: Record<string, Credentials>;
}

/**
 * Deploys one assembly after another. What does not change keeps its state, and so do queues, buckets and target
 * functions that no template has any more, as in AWS.
 */
export interface Deployer {
  /** @throws {AwsError} as AWS does for a mapping that it cannot make */
  deploy(next: Deployment): Promise<void>;
  /** Deletes the functions that this deployment does not have. */
  deleteOthers(current: Deployment): Promise<void>;
  /** From the next invocation on, a function runs in new environments. */
  renewFunction(arn: string): Promise<void>;
}

export function createDeployer(options: DeployerOptions): Deployer {
  const { state, runtimes, sources, mappings, administrators, shards } = options;
  const functions = createDeployedFunctions(state.functions, runtimes);

  const deployState = ({ deployed, otherFunctions, accounts, sourceAccount, region }: Deployment) => {
    for (const account of accounts) {
      const principal = administrator(account, region);
      administrators.credentials[account] ??= state.keys.issue(principal);
      administrators.sparedCredentials[account] ??= state.keys.issue({ ...principal, meetsFaults: false });
    }
    const organizationRoles = accounts.map((account) => organizationRole(account, sourceAccount, region));
    state.roles.deploy([...deployed.roles.values(), ...organizationRoles]);
    state.parameters.deploy(deployed.parameters);
    state.buckets.deploy(deployed.buckets.values());
    state.queues.deploy(deployed.queues.values());
    state.tables.deploy(deployed.mappings.map(({ streamArn }) => streamArn).filter(isTableStream));
    functions.deploy(deployed.functions.values(), otherFunctions);
  };

  /** No template has the streams that mappings read, so each is created. */
  const createStreams = async ({ deployed, region }: Deployment) => {
    const streams = deployed.mappings.filter(({ streamArn }) => !isTableStream(streamArn));
    for (const [account, read] of Map.groupBy(streams, (mapping) => mapping.account)) {
      const kinesis = sources.kinesisAs(region, administrators.sparedCredentials[account]);
      const names = new Set(read.map(({ streamArn }) => streamFromArn(streamArn)?.name ?? ''));
      await Promise.all(Array.from(names, (name) => createStream(kinesis, name, shards)));
    }
  };

  return {
    async deploy(next) {
      deployState(next);
      const changeMappings = mappings.prepare(next);
      await createStreams(next);
      await changeMappings();
    },
    deleteOthers: ({ deployed }) => functions.deleteOthers(deployed.functions),
    renewFunction: (arn) => functions.renew(arn),
  };
}
