import { type CloudWatchLogsClient, FilterLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';

/** A line of the forwarder's log that reports a failure of a target. */
export interface LogLine {
  /** ISO 8601. */
  at: string;
  class: string;
  reason: string;
  /** Records that the target did not take since the line before. */
  records: number;
}

export interface LogOptions {
  logGroup: string;
  route: string;
  /** ARN of the function. */
  target: string;
  /** Epoch ms. */
  from: number;
  to: number;
}

/** Pages that are read: most hold nothing, since Logs searches a part of the group for each. */
const MOST_PAGES = 20;

/**
 * The first line, in a time, by which the forwarder reports that a target did not take records. It writes one for each failure at
 * once, and then one a minute.
 *
 * @returns undefined where there is none, or the reason why the log cannot be searched
 */
export async function findLogLine(
  logs: Pick<CloudWatchLogsClient, 'send'>,
  { logGroup, route, target, from, to }: LogOptions,
): Promise<LogLine | string | undefined> {
  const quoted = (text: string) => `"${text.replaceAll('"', String.raw`\"`)}"`;
  const filterPattern = `{ $.message = "A target did not take records" && $.route = ${quoted(route)} && $.target = ${quoted(target)} }`;
  const search = { logGroupName: logGroup, filterPattern, startTime: from, endTime: to };
  let nextToken: string | undefined;
  try {
    for (let pages = 0; pages < MOST_PAGES; pages += 1) {
      const page = await logs.send(new FilterLogEventsCommand({ ...search, nextToken }));
      for (const { timestamp = 0, message = '' } of page.events ?? []) {
        const line = readLine(message, timestamp);
        if (line !== undefined) return line;
      }
      nextToken = page.nextToken;
      if (nextToken === undefined) return undefined;
    }
    return undefined;
  } catch (error) {
    const { name, message } = error as Error;
    return `${name}: ${message}`;
  }
}

function readLine(message: string, timestamp: number): LogLine | undefined {
  try {
    const line = JSON.parse(message) as { class?: unknown; reason?: unknown; records?: unknown };
    return {
      at: new Date(timestamp).toISOString(),
      class: String(line.class),
      reason: String(line.reason),
      records: Number(line.records),
    };
  } catch {
    return undefined;
  }
}
