import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import {
  CloudFormationClient,
  CreateStackCommand,
  DeleteStackCommand,
  waitUntilStackCreateComplete,
  waitUntilStackDeleteComplete,
} from '@aws-sdk/client-cloudformation';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { limits } from '@xacct/core';
import type { Credentials } from '../../src/iam/principal.ts';
import type { Aws, Scenario, World } from './aws.ts';
import type { AwsConfig } from './aws-config.ts';
import { withStreams } from './with-streams.ts';
import { sourceTemplate, targetTemplate } from './world.ts';

/** Seconds for a stack with about 20 streams. */
const STACK_SECONDS = 1_200;

/** The suite's world in two real accounts, as stacks of CloudFormation that go when the suite ends. */
export async function startRemote(scenarios: readonly Scenario[]): Promise<Aws> {
  const region = variable('CONTRACT_REGION');
  const held = { source: credentialsOf('SOURCE'), target: credentialsOf('TARGET') };
  const config = (account: 'source' | 'target', credentials: Credentials = held[account]): AwsConfig => ({
    region,
    credentials: { ...credentials },
  });
  const world: World = {
    region,
    source: await accountOf(config('source')),
    target: await accountOf(config('target')),
    prefix: `xacct-contract-${randomBytes(3).toString('hex')}`,
  };
  const ZipFile = await readFile(new URL('./function/index.cjs', import.meta.url), 'utf8');
  const source = withStreams(sourceTemplate(world, scenarios, { ZipFile }), world, scenarios);
  const stacks = [
    { client: new CloudFormationClient(config('source')), template: source },
    { client: new CloudFormationClient(config('target')), template: targetTemplate(world, { ZipFile }) },
  ];
  const stop = async () => {
    await Promise.all(
      stacks.map(({ client }) => client.send(new DeleteStackCommand({ StackName: world.prefix }))),
    );
    await Promise.all(
      stacks.map(({ client }) =>
        waitUntilStackDeleteComplete({ client, maxWaitTime: STACK_SECONDS }, { StackName: world.prefix }),
      ),
    );
    for (const { client } of stacks) client.destroy();
  };
  try {
    await Promise.all(
      stacks.map(async ({ client, template }) => {
        await client.send(
          new CreateStackCommand({
            StackName: world.prefix,
            TemplateBody: JSON.stringify(template),
            Capabilities: ['CAPABILITY_NAMED_IAM'],
          }),
        );
        await waitUntilStackCreateComplete(
          { client, maxWaitTime: STACK_SECONDS },
          { StackName: world.prefix },
        );
      }),
    );
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    world,
    config,
    advance: undefined,
    atOnce: undefined,
    putItems: undefined,
    objects: undefined,
    messagesInFlight: limits.sqs.messagesInFlight,
    patienceMs: 240_000,
    stop,
  };
}

function variable(name: string): string {
  const value = process.env[name];
  if (value === undefined || value === '')
    throw new Error(`REMOTE=1 wants the environment variable ${name}; see docs/testing.md`);
  return value;
}

function credentialsOf(account: 'SOURCE' | 'TARGET'): Credentials {
  const sessionToken = process.env[`CONTRACT_${account}_SESSION_TOKEN`];
  return {
    accessKeyId: variable(`CONTRACT_${account}_ACCESS_KEY_ID`),
    secretAccessKey: variable(`CONTRACT_${account}_SECRET_ACCESS_KEY`),
    ...(sessionToken !== undefined && { sessionToken }),
  };
}

async function accountOf(config: AwsConfig): Promise<string> {
  const sts = new STSClient(config);
  const { Account } = await sts.send(new GetCallerIdentityCommand());
  sts.destroy();
  if (Account === undefined) throw new Error('AWS answered no account');
  return Account;
}
