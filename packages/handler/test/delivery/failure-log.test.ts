import { describe, expect, test } from 'vitest';
import { createFailureLog, type FailedRecords } from '../../src/delivery/failure-log.ts';
import { createLog } from '../../src/invocation/log.ts';
import { fakeClock, target } from '../factories.ts';
import { loggedLines } from '../logged-lines.ts';

const reader = target();

function failed(options: Partial<FailedRecords> = {}): FailedRecords {
  return {
    requestId: 'request-1',
    route: 'orders',
    target: reader,
    failure: { class: 'throttled', reason: 'reason' },
    records: 2,
    ...options,
  };
}

function setUp() {
  const clock = fakeClock();
  const lines: string[] = [];
  const log = createLog({
    write: (line) => {
      lines.push(line);
      loggedLines.push(line);
    },
  });
  const failures = createFailureLog({ log, now: clock.now });
  const entries = () => lines.map((line) => JSON.parse(line));
  /** Of each line: how many records, how often. */
  const counts = () => entries().map(({ records, times }) => [records, times]);
  return { clock, failures, entries, counts };
}

describe('createFailureLog', () => {
  test('logs at once what failed, where, why and what is done about it', () => {
    const { failures, entries } = setUp();

    failures.report(failed());

    expect(entries()).toEqual([
      {
        level: 'error',
        message: 'A target did not take records',
        requestId: 'request-1',
        route: 'orders',
        target: reader.functionArn,
        class: 'throttled',
        reason: 'reason',
        records: 2,
        times: 1,
        onFailure: 'block',
      },
    ]);
  });

  test('writes one line a minute with the counts since the last, of what fails again', () => {
    const { clock, failures, counts } = setUp();
    failures.report(failed());
    for (const records of [1, 10]) failures.report(failed({ records }));
    clock.advance(59_999);
    failures.report(failed({ records: 100 }));
    expect(counts()).toEqual([[2, 1]]);

    clock.advance(1);
    failures.report(failed({ records: 1_000 }));
    expect(counts()).toEqual([
      [2, 1],
      [1_111, 4],
    ]);

    failures.report(failed());
    clock.advance(59_999);
    failures.report(failed());
    expect(counts()).toHaveLength(2);
    clock.advance(1);
    failures.report(failed());
    expect(counts().at(-1)).toEqual([6, 3]);
  });

  test('names the invocation that came last', () => {
    const { clock, failures, entries } = setUp();
    failures.report(failed());
    failures.report(failed({ requestId: 'request-2' }));
    clock.advance(60_000);
    failures.flush();

    expect(entries().map(({ requestId }) => requestId)).toEqual(['request-1', 'request-2']);
  });

  test.for([
    ['route', { route: 'refunds' }],
    ['target', { target: target({ account: '333333333333' }) }],
    ['class of failure', { failure: { class: 'denied', reason: 'reason' } }],
    ['reason', { failure: { class: 'throttled', reason: 'another reason' } }],
  ] as const)('counts failures with another %s by themselves', ([, other]) => {
    const { clock, failures, counts } = setUp();
    failures.report(failed());
    failures.report(failed(other));
    expect(counts()).toEqual([
      [2, 1],
      [2, 1],
    ]);

    failures.report(failed({ records: 3 }));
    failures.report(failed({ ...other, records: 4 }));
    clock.advance(60_000);
    failures.flush();
    expect(counts().slice(2)).toEqual([
      [3, 1],
      [4, 1],
    ]);
  });

  test('counts failures together whose reasons differ in numbers only', () => {
    const { clock, failures, entries } = setUp();
    const of = (reason: string) => failed({ failure: { class: 'reported', reason } });
    failures.report(of('The function reported 9 of 90 records as failed'));
    failures.report(of('The function reported 9 of 100 records as failed'));
    failures.report(of('The function reported 10 of 100 records as failed'));
    const first = { reason: 'The function reported 9 of 90 records as failed', times: 1 };
    expect(entries()).toMatchObject([first]);

    clock.advance(60_000);
    failures.flush();
    expect(entries()).toMatchObject([
      first,
      { reason: 'The function reported 10 of 100 records as failed', times: 2 },
    ]);
  });

  test('writes at the end of an invocation what a minute has gathered, and no sooner', () => {
    const { clock, failures, counts } = setUp();
    failures.report(failed());
    failures.report(failed({ records: 3 }));
    clock.advance(59_999);
    failures.flush();
    expect(counts()).toEqual([[2, 1]]);

    clock.advance(1);
    failures.flush();
    failures.flush();
    expect(counts()).toEqual([
      [2, 1],
      [3, 1],
    ]);
  });

  test('writes nothing at the end of an invocation where nothing was gathered', () => {
    const { clock, failures, counts } = setUp();
    failures.flush();
    failures.report(failed());
    clock.advance(60_000);
    failures.flush();

    expect(counts()).toEqual([[2, 1]]);
  });

  test('logs at once again what comes back after a quiet minute', () => {
    const { clock, failures, counts } = setUp();
    failures.report(failed());
    clock.advance(60_000);
    failures.flush();

    failures.report(failed({ records: 5 }));
    failures.report(failed({ records: 7 }));

    expect(counts()).toEqual([
      [2, 1],
      [5, 1],
    ]);
  });
});
