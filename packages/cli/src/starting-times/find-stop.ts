import {
  type CloudFormationClient,
  paginateDescribeStackEvents,
  type StackSummary,
} from '@aws-sdk/client-cloudformation';
import type { Named } from '@xacct/core';
import { listDeletedRoutes, readTemplate } from '../stacks/describe-stacks.ts';
import type { Template } from '../stacks/stack.ts';
import { readMapping, type StreamMapping } from './stream-mapping.ts';

/** When a mapping stopped reading because its stack was deleted. */
export interface Stop {
  stack: string;
  mapping: StreamMapping;
  /** Epoch ms; undefined if unknown. */
  at: number | undefined;
}

/** How many templates of deleted stacks are read, the last deleted first. */
const MOST_STACKS = 50;

/** The last deleted stack whose mapping read a stream with a function. CloudFormation keeps deleted stacks for 90 days. */
export async function findStop(
  client: CloudFormationClient,
  routes: Named,
  { streamArn, functionName }: Pick<StreamMapping, 'streamArn' | 'functionName'>,
): Promise<Stop | undefined> {
  const deleted = await listDeletedRoutes(client, routes, ['DELETE_COMPLETE']);
  const timeOf = ({ DeletionTime }: StackSummary) => DeletionTime?.getTime() ?? 0;
  for (const { StackId = '', StackName = '' } of deleted
    .toSorted((one, other) => timeOf(other) - timeOf(one))
    .slice(0, MOST_STACKS)) {
    const mapping = readMapping(JSON.parse(await readTemplate(client, StackId)) as Template);
    if (mapping?.streamArn !== streamArn || mapping.functionName !== functionName) continue;
    return { stack: StackName, mapping, at: mapping.enabled ? await deletionOf(client, StackId) : undefined };
  }
  return undefined;
}

/** When CloudFormation began to delete the mapping of a stack: it read until then. */
async function deletionOf(client: CloudFormationClient, id: string): Promise<number | undefined> {
  for await (const { StackEvents = [] } of paginateDescribeStackEvents({ client }, { StackName: id })) {
    const event = StackEvents.findLast(({ LogicalResourceId, ResourceStatus }) => {
      return LogicalResourceId === 'Mapping' && ResourceStatus === 'DELETE_IN_PROGRESS';
    });
    if (event !== undefined) return event.Timestamp?.getTime();
  }
  return undefined;
}
