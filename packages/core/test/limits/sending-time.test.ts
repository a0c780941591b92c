import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { formatProblem, limits, mostSendingSeconds, parseRoutes, sendingSeconds } from '../../src/index.ts';
import { timeoutSecondsFor, timesOfInvocation } from '../../src/limits/sending-time.ts';

describe('timesOfInvocation', () => {
  test.each([
    [60_000, { sendMs: 49_000, parkMs: 59_000 }],
    [900_000, { sendMs: 889_000, parkMs: 899_000 }],
    [10_000, { sendMs: 7_000, parkMs: 9_000 }],
    [1_000, { sendMs: 700, parkMs: 900 }],
    [0, { sendMs: 0, parkMs: 0 }],
    [-5, { sendMs: 0, parkMs: 0 }],
  ])('divides %i ms into sending, parking and reporting', (remainingMs, times) => {
    expect(timesOfInvocation(remainingMs)).toEqual(times);
  });

  test('keeps a fifth for parking, 10 s at the most, and a tenth for reporting, 1 s at the most', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 900_000 }), (remainingMs) => {
        const { sendMs, parkMs } = timesOfInvocation(remainingMs);
        expect(remainingMs - parkMs).toBeCloseTo(Math.min(1_000, remainingMs / 10), 6);
        expect(parkMs - sendMs).toBeCloseTo(Math.min(10_000, remainingMs / 5), 6);
        expect(sendMs).toBeGreaterThan(0);
      }),
    );
  });
});

describe('sendingSeconds', () => {
  test.each([
    [10, 7],
    [11, 7],
    [12, 8],
    [50, 39],
    [60, 49],
    [limits.lambda.timeoutSeconds, 889],
  ])('leaves whole seconds only: of %i s, %i', (timeoutSeconds, seconds) => {
    expect(sendingSeconds(timeoutSeconds)).toBe(seconds);
  });

  test('has its most with the longest timeout of a function', () => {
    expect(mostSendingSeconds).toBe(889);
  });
});

describe('timeoutSecondsFor', () => {
  test('is the smallest timeout that leaves so many seconds, and never beyond the longest', () => {
    for (let seconds = 1; seconds <= mostSendingSeconds; seconds += 1) {
      const timeoutSeconds = timeoutSecondsFor(seconds);
      expect(sendingSeconds(timeoutSeconds)).toBeGreaterThanOrEqual(seconds);
      expect(sendingSeconds(timeoutSeconds - 1)).toBeLessThan(seconds);
      expect(timeoutSeconds).toBeLessThanOrEqual(limits.lambda.timeoutSeconds);
    }
  });

  test('is the timeout that the check of a file recommends', () => {
    const problemsWith = (seconds: number, timeoutSeconds: number) =>
      parseRoutes(`
source: { account: "111111111111", region: us-west-2 }
forwarders: { default: { timeoutSeconds: ${timeoutSeconds} } }
routes:
  - stream: orders
    invocation: request-response
    targets: [{ account: "222222222222", function: f, timeoutSeconds: ${seconds} }]
`).problems.map(formatProblem);
    fc.assert(
      fc.property(fc.integer({ min: 8, max: mostSendingSeconds }), (seconds) => {
        const [problem = ''] = problemsWith(seconds, 10);
        const raised = Number(/raise forwarders\.default\.timeoutSeconds to (\d+),/.exec(problem)?.[1]);
        expect(problemsWith(seconds, raised)).toEqual([]);
        expect(problemsWith(seconds, raised - 1)).toHaveLength(1);
      }),
    );
  });
});
