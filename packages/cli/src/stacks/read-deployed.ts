import type { CloudFormationClient, Stack as DescribedStack } from '@aws-sdk/client-cloudformation';
import { type Routes, stackRegion, tagKeys } from '@xacct/core';
import pLimit from 'p-limit';
import { describeAccountFailure } from '../aws/describe-failure.ts';
import { withStacksClient } from '../aws/stacks-client.ts';
import { describeStack, describeStacks, readTemplate, tagsOf } from './describe-stacks.ts';
import type { Stack, Template } from './stack.ts';

export interface DeployedStacks {
  stacks: DeployedStack[];
  /** Accounts whose stacks could not be read, with the reason. */
  unreadable: UnreadableAccount[];
}

export interface DeployedStack extends Stack {
  /** Its status in CloudFormation, such as `UPDATE_COMPLETE`. */
  status: string;
  /** Whether alarms roll back its updates. Each update then takes longer, by the time for which it is watched. */
  isWatched: boolean;
}

export interface UnreadableAccount {
  account: string;
  reason: string;
}

/** Accounts, or templates of one account, that are read at once. */
const CONCURRENCY = 5;

/**
 * Reads the stacks in some accounts that carry the tag of a routes file's name.
 *
 * @param accounts to read
 */
export async function readDeployed(
  { name, source, accountRegions }: Pick<Routes, 'name' | 'source' | 'accountRegions'>,
  accounts: readonly string[],
  profile: string | undefined,
): Promise<DeployedStacks> {
  const limit = pLimit(CONCURRENCY);
  const reads = await limit.map(accounts, async (account) => {
    const region = stackRegion({ source, accountRegions }, account);
    try {
      const stacks = await withStacksClient({ source, account, region, role: 'lookup', profile }, (client) =>
        readAccount(client, { name, account, region }),
      );
      return { stacks };
    } catch (error) {
      return { stacks: [], unreadable: { account, reason: describeAccountFailure(error, account, source) } };
    }
  });
  return {
    stacks: reads.flatMap(({ stacks }) => stacks),
    unreadable: reads.flatMap(({ unreadable }) => unreadable ?? []),
  };
}

/**
 * A failed first deployment, or a change set that was never executed, leaves a stack that cannot be compared. A stack whose
 * deletion has begun may still have a mapping that reads a stream.
 */
const NOT_DEPLOYED = /^(REVIEW_IN_PROGRESS|CREATE_FAILED|ROLLBACK_.*|DELETE_COMPLETE)$/;

async function readAccount(
  client: CloudFormationClient,
  { name, account, region }: { name: string; account: string; region: string },
): Promise<DeployedStack[]> {
  const own = (await describeStacks(client)).filter((stack) => {
    return tagsOf(stack)[tagKeys.name] === name && !NOT_DEPLOYED.test(stack.StackStatus ?? '');
  });
  return pLimit(CONCURRENCY).map(own, async (stack) => ({
    account,
    region,
    ...(await withTemplate(client, stack)),
  }));
}

/** One stack, whatever its status; undefined where there is none. */
export async function readStack(
  client: CloudFormationClient,
  name: string,
): Promise<Omit<DeployedStack, 'account' | 'region'> | undefined> {
  const stack = await describeStack(client, name);
  return stack && withTemplate(client, stack);
}

async function withTemplate(
  client: CloudFormationClient,
  stack: DescribedStack,
): Promise<Omit<DeployedStack, 'account' | 'region'>> {
  const name = stack.StackName ?? '';
  return {
    name,
    tags: tagsOf(stack),
    status: stack.StackStatus ?? '',
    isWatched: (stack.RollbackConfiguration?.RollbackTriggers ?? []).length > 0,
    template: parse(await readTemplate(client, name), name),
  };
}

function parse(body: string, stackName: string): Template {
  try {
    return JSON.parse(body);
  } catch (cause) {
    throw new Error(`the template of stack ${stackName} is not JSON; xacct did not write it`, { cause });
  }
}

/** CloudFormation returns a question mark for each character of a template that is not ASCII. */
export function asCloudFormationReturns(stack: Stack): Stack {
  const text = JSON.stringify(stack.template);
  const ascii = text.replaceAll(/[^\0-\x7f]/gu, '?');
  return ascii === text ? stack : { ...stack, template: JSON.parse(ascii) };
}
