import type { CloudWatchLogsClient, FilterLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import { describe, expect, test } from 'vitest';
import { findLogLine } from '../../src/trace/find-log-line.ts';

const OPTIONS = { logGroup: '/aws/lambda/f', route: 'or"ders', target: 'arn:f', from: 1, to: 2 };
const line = (reason: string) => JSON.stringify({ class: 'denied', reason, records: 3 });

/** Answers with these pages, one after another. */
function logsOf(...pages: string[][]) {
  const inputs: FilterLogEventsCommand['input'][] = [];
  const send = async ({ input }: FilterLogEventsCommand) => {
    inputs.push(input);
    const events = (pages[inputs.length - 1] ?? []).map((message) => ({ message, timestamp: 0 }));
    return { events, ...(inputs.length < pages.length && { nextToken: String(inputs.length) }) };
  };
  return { logs: { send } as unknown as Pick<CloudWatchLogsClient, 'send'>, inputs };
}

describe('findLogLine', () => {
  test('searches the pages for the first failure of the target in the time', async () => {
    const { logs, inputs } = logsOf([], ['no JSON', line('first'), line('second')], [line('third')]);
    expect(await findLogLine(logs, OPTIONS)).toEqual({
      ...{ at: '1970-01-01T00:00:00.000Z', class: 'denied', reason: 'first', records: 3 },
    });
    expect(inputs.map(({ nextToken }) => nextToken)).toEqual([undefined, '1']);
    expect(inputs[0]).toMatchObject({
      ...{ logGroupName: '/aws/lambda/f', startTime: 1, endTime: 2 },
      filterPattern: String.raw`{ $.message = "A target did not take records" && $.route = "or\"ders" && $.target = "arn:f" }`,
    });
  });

  test('has none where no page has one', async () => {
    expect(await findLogLine(logsOf([], []).logs, OPTIONS)).toBeUndefined();
  });

  test('reports why the log cannot be searched', async () => {
    const send = () => Promise.reject(Object.assign(new Error('no'), { name: 'AccessDeniedException' }));
    expect(await findLogLine({ send } as never, OPTIONS)).toBe('AccessDeniedException: no');
  });
});
