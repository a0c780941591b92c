import { type CloudFormationClient, DescribeStackEventsCommand } from '@aws-sdk/client-cloudformation';
import { type Named, tagKeys } from '@xacct/core';
import pLimit from 'p-limit';
import { ofSource } from '../aws/account-credentials.ts';
import { withStacksClient } from '../aws/stacks-client.ts';
import { describeStacks, listDeletedRoutes, tagsOf } from './describe-stacks.ts';

/** CloudFormation works on a stack for less time than this: a change that began earlier has ended. */
const LONGEST_MS = 24 * 3600 * 1000;
/** Dates in answers are rounded to seconds. */
const PRECISION_MS = 1000;
const CONCURRENCY = 5;

/**
 * The time since a route was last changed, made or deleted, by the clock of AWS; infinite if none was within
 * `withinMs`. A failed attempt counts, since it may have been in effect for a while.
 */
export async function sinceLastChange(
  { name, source }: Named,
  withinMs: number,
  profile: string | undefined,
): Promise<number> {
  return withStacksClient(ofSource(source, 'lookup', profile), (client) =>
    measure(client, { name, source }, withinMs),
  );
}

async function measure(client: CloudFormationClient, file: Named, withinMs: number): Promise<number> {
  let now = 0;
  client.middlewareStack.add(
    (next) => async (args) => {
      const result = await next(args);
      const { headers } = result.response as { headers?: Record<string, string> };
      const date = Date.parse(headers?.date ?? '');
      if (date > now) now = date;
      return result;
    },
    { step: 'deserialize' },
  );
  const ids: string[] = [];
  for (const stack of await describeStacks(client)) {
    const tags = tagsOf(stack);
    const began = stack.LastUpdatedTime ?? stack.CreationTime;
    if (tags[tagKeys.name] !== file.name || tags[tagKeys.route] === undefined || began === undefined)
      continue;
    if (now - began.getTime() < LONGEST_MS + withinMs) ids.push(stack.StackId ?? '');
  }
  const changes = await pLimit(CONCURRENCY).map(ids, (id) => lastEvent(client, id));
  changes.push(await lastDeletion(client, file, now - withinMs));
  const sinceMs = now - Math.max(...changes) - PRECISION_MS;
  return sinceMs > withinMs ? Number.POSITIVE_INFINITY : sinceMs;
}

/** The newest event of a stack comes first. */
async function lastEvent(client: CloudFormationClient, id: string): Promise<number> {
  const { StackEvents = [] } = await client.send(new DescribeStackEventsCommand({ StackName: id }));
  return StackEvents[0]?.Timestamp?.getTime() ?? Number.POSITIVE_INFINITY;
}

async function lastDeletion(client: CloudFormationClient, routes: Named, since: number): Promise<number> {
  const deleted = await listDeletedRoutes(client, routes, [
    'DELETE_COMPLETE',
    'DELETE_IN_PROGRESS',
    'DELETE_FAILED',
  ]);
  const times = deleted.map(({ DeletionTime }) => DeletionTime?.getTime() ?? Number.NEGATIVE_INFINITY);
  return Math.max(Number.NEGATIVE_INFINITY, ...times.filter((time) => time >= since));
}
