import { describe, expect, test } from 'vitest';
import { readFailures } from '../../src/status/read-failures.ts';

type Logs = Parameters<typeof readFailures>[0];

const AT = Date.parse('2026-11-26T03:00:00.000Z');
const OPTIONS = { logGroup: '/aws/lambda/f', route: 'orders', from: AT, to: AT + 60_000 };

const event = (target: string, seconds: number, reason: string) => ({
  timestamp: AT + seconds * 1000,
  message: JSON.stringify({ target, class: 'throttled', reason }),
});

/** Answers with these pages, by the token of each. */
function logsOf(pages: { events?: object[] }[]): Logs {
  return {
    async send({ input }: { input: { nextToken?: string } }) {
      const number = Number(input.nextToken ?? 0);
      return { ...pages[number], ...(number + 1 < pages.length && { nextToken: String(number + 1) }) };
    },
  } as unknown as Logs;
}

const failing = (name: string) =>
  ({ send: () => Promise.reject(Object.assign(new Error('no'), { name })) }) as unknown as Logs;

describe('the last failures', () => {
  test('are the newest of each target, on whatever page', async () => {
    const pages = [
      { events: [event('a', 3, 'newest'), event('b', 1, 'only')] },
      {},
      { events: [event('a', 2, 'older'), { timestamp: AT, message: 'no JSON' }] },
    ];
    expect([...(await readFailures(logsOf(pages), OPTIONS))]).toEqual([
      ['a', { at: '2026-11-26T03:00:03.000Z', class: 'throttled', reason: 'newest' }],
      ['b', { at: '2026-11-26T03:00:01.000Z', class: 'throttled', reason: 'only' }],
    ]);
  });

  test('are none where there is no log group', async () => {
    expect(await readFailures(failing('ResourceNotFoundException'), OPTIONS)).toEqual(new Map());
  });

  test.each([
    ['the log cannot be read', failing('AccessDeniedException'), 'no'],
    ['it has too many pages', logsOf(Array.from({ length: 51 }, () => ({}))), 'more than 50 pages'],
  ])('are not known where %s', async (_, logs, message) => {
    await expect(readFailures(logs, OPTIONS)).rejects.toThrow(message);
  });
});
