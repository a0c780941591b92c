import { describe, expect, test } from 'vitest';
import { createFailureLog, type FailedRecords } from '../src/failure-log.ts';
import { collectingLog, fakeClock, target } from './factories.ts';

const to = target({ onFailure: 'park' });

function failed(options: Partial<FailedRecords> = {}): FailedRecords {
  const failure = { class: 'throttled', reason: 'Rate exceeded' } as const;
  return { requestId: 'request-1', route: 'orders', target: to, failure, records: 3, ...options };
}

function setUp() {
  const clock = fakeClock();
  const { log, entries } = collectingLog();
  return { clock, entries, failures: createFailureLog({ log, now: clock.now }) };
}

describe('createFailureLog', () => {
  test('writes a failure at once', () => {
    const { failures, entries } = setUp();
    failures.report(failed());

    expect(entries()).toEqual([
      {
        level: 'error',
        message: 'A target did not take records',
        requestId: 'request-1',
        route: 'orders',
        target: to.functionArn,
        class: 'throttled',
        reason: 'Rate exceeded',
        records: 3,
        times: 1,
        onFailure: 'park',
      },
    ]);
  });

  test('writes the same failure once a minute, with what it gathered', () => {
    const { failures, entries, clock } = setUp();
    failures.report(failed());
    clock.advance(59_999);
    failures.report(failed({ records: 2 }));
    failures.flush();
    expect(entries()).toHaveLength(1);
    clock.advance(1);
    failures.report(failed({ records: 4, requestId: 'request-9' }));

    expect(entries()[1]).toMatchObject({ requestId: 'request-9', records: 6, times: 2 });
  });

  test('writes what is left when an invocation ends a minute later', () => {
    const { failures, entries, clock } = setUp();
    failures.report(failed());
    failures.report(failed({ records: 2 }));
    clock.advance(60_000);
    failures.flush();
    clock.advance(60_000);
    failures.flush();
    failures.flush();

    expect(entries()).toHaveLength(2);
    expect(entries()[1]).toMatchObject({ records: 2, times: 1 });
  });

  test.for([
    { route: 'events' },
    { target: target({ account: '333333333333' }) },
    { failure: { class: 'denied', reason: 'Rate exceeded' } },
    { failure: { class: 'throttled', reason: 'another' } },
  ] as Partial<FailedRecords>[])('writes another failure at once', (other) => {
    const { failures, entries } = setUp();
    failures.report(failed());
    failures.report(failed(other));

    expect(entries()).toHaveLength(2);
  });
});
