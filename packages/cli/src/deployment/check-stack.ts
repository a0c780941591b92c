import { isDeepStrictEqual } from 'node:util';
import type { Routes } from '@xacct/core';
import { describeAccountFailure } from '../aws/describe-failure.ts';
import { withStacksClient } from '../aws/stacks-client.ts';
import { asCloudFormationReturns, readStack } from '../stacks/read-deployed.ts';
import { kindOf, type Stack } from '../stacks/stack.ts';
import { checkMappings, type StackCheck } from './check-mappings.ts';

/** An update is also complete while replaced resources are being deleted. */
const DONE = /^(CREATE|UPDATE)_COMPLETE(_CLEANUP_IN_PROGRESS)?$/;

/**
 * CloudFormation ignores an update that changes only the order of resources, or what happens when they are deleted: the
 * CDK ends with 0, and the template stays as it was.
 */
const UNCHANGING = ['DependsOn', 'DeletionPolicy', 'UpdateReplacePolicy'];

function comparedOf({ template }: Pick<Stack, 'template'>): unknown {
  const { Resources, ...others } = template;
  const resources = Object.entries(Resources ?? {}).map(([id, resource]) => [
    id,
    Object.fromEntries(Object.entries(resource).filter(([key]) => !UNCHANGING.includes(key))),
  ]);
  return [others, Object.fromEntries(resources)];
}

/**
 * Reads a deployed stack back: its status, its template, and whether its mappings read. That the CDK ends with 0 means
 * little: it also does so when it leaves a change set unexecuted.
 */
export async function checkStack(
  stack: Stack,
  { source }: Pick<Routes, 'source'>,
  profile: string | undefined,
  signal: AbortSignal,
): Promise<StackCheck> {
  const { account, region, name } = stack;
  const options = { source, account, region, role: 'lookup', profile } as const;
  try {
    return await withStacksClient(options, async (client) => {
      const deployed = await readStack(client, name);
      if (deployed === undefined) return { problem: 'the CDK has made no such stack' };
      if (!DONE.test(deployed.status))
        return { problem: `it is ${deployed.status}, though the CDK ended without an error` };
      const sent = asCloudFormationReturns(stack);
      if (!isDeepStrictEqual(comparedOf(deployed), comparedOf(sent))) {
        return { problem: 'its template is not the one that was sent: somebody else may have deployed it' };
      }
      if (!isDeepStrictEqual(deployed.tags, sent.tags)) {
        return { problem: 'its tags are not those that were sent: somebody else may have deployed it' };
      }
      return kindOf(stack) === 'route' ? await checkMappings(stack, client, options, signal) : {};
    });
  } catch (error) {
    return { unchecked: describeAccountFailure(error, account, source) };
  }
}
