import {
  type CloudWatchLogsClient,
  FilterLogEventsCommand,
  type FilterLogEventsCommandOutput,
} from '@aws-sdk/client-cloudwatch-logs';
import { isObject, parseJson } from '@xacct/core';
import { latestFailure } from '../monitor/latest-failure.ts';
import { type LastFailure, TARGET_FAILED } from '../monitor/status.ts';

/** Pages that are read: most hold nothing, since Logs searches a part of the group for each. */
const MOST_PAGES = 50;

/**
 * The last failure that a forwarder's log reports for each target of a route, in a time, by the target's ARN. One that has no log
 * group has not run.
 */
export async function readFailures(
  logs: Pick<CloudWatchLogsClient, 'send'>,
  { logGroup, route, from, to }: { logGroup: string; route: string; from: number; to: number },
): Promise<Map<string, LastFailure>> {
  const last = new Map<string, LastFailure>();
  const search = {
    logGroupName: logGroup,
    filterPattern: `{ $.message = "${TARGET_FAILED}" && $.route = "${route}" }`,
    startTime: from,
    endTime: to,
  };
  let nextToken: string | undefined;
  for (let pages = 0; pages < MOST_PAGES; pages += 1) {
    const page = await logs.send(new FilterLogEventsCommand({ ...search, nextToken })).catch(noneIfMissing);
    for (const { timestamp = 0, message = '' } of page.events ?? []) {
      const line = parseJson(message);
      if (!isObject(line)) continue;
      const at = new Date(timestamp).toISOString();
      const target = String(line.target);
      const failure = { at, class: String(line.class), reason: String(line.reason) };
      last.set(target, latestFailure(last.get(target), failure));
    }
    nextToken = page.nextToken;
    if (nextToken === undefined) return last;
  }
  throw new Error(`it has more than ${MOST_PAGES} pages for this time; ask for less with --since`);
}

function noneIfMissing(error: Error): FilterLogEventsCommandOutput {
  if (error.name === 'ResourceNotFoundException') return { $metadata: {} };
  throw error;
}
