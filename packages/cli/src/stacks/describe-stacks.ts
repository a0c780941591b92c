import {
  type CloudFormationClient,
  type Stack as DescribedStack,
  DescribeStacksCommand,
  GetTemplateCommand,
  paginateDescribeStacks,
  paginateListStacks,
  type StackStatus,
  type StackSummary,
} from '@aws-sdk/client-cloudformation';
import { type Named, namesOf } from '@xacct/core';

/** All stacks of an account and region. */
export async function describeStacks(client: CloudFormationClient): Promise<DescribedStack[]> {
  const described: DescribedStack[] = [];
  for await (const { Stacks = [] } of paginateDescribeStacks({ client }, {})) described.push(...Stacks);
  return described;
}

/** One stack, whatever its status; undefined where there is none. */
export async function describeStack(
  client: CloudFormationClient,
  name: string,
): Promise<DescribedStack | undefined> {
  const { Stacks: [stack] = [] } = await client
    .send(new DescribeStacksCommand({ StackName: name }))
    .catch((error: Error) => {
      if (error.message.includes('does not exist')) return { Stacks: [] };
      throw error;
    });
  return stack;
}

/** The stacks of routes that were deleted, without their tags. The newest come first. */
export async function listDeletedRoutes(
  client: CloudFormationClient,
  routes: Named,
  statuses: StackStatus[],
): Promise<StackSummary[]> {
  const start = namesOf(routes).route('').stack;
  const deleted: StackSummary[] = [];
  for await (const { StackSummaries = [] } of paginateListStacks(
    { client },
    { StackStatusFilter: statuses },
  )) {
    deleted.push(...StackSummaries.filter(({ StackName = '' }) => StackName.startsWith(start)));
  }
  return deleted;
}

/** @param stack a name, or the ID of a deleted stack */
export async function readTemplate(client: CloudFormationClient, stack: string): Promise<string> {
  const command = new GetTemplateCommand({ StackName: stack, TemplateStage: 'Original' });
  return (await client.send(command)).TemplateBody ?? '{}';
}

export function tagsOf({ Tags = [] }: DescribedStack): Record<string, string> {
  return Object.fromEntries(Tags.map(({ Key = '', Value = '' }) => [Key, Value]));
}
