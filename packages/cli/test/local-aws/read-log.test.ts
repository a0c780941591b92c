import { describe, expect, test } from 'vitest';
import { readLog } from '../../src/local-aws/read-log.ts';

const TARGET = 'arn:aws:lambda:us-west-2:222222222222:function:ledger';

describe('readLog', () => {
  test('reads what the forwarder counts of a target, with 0 for what it does not name', () => {
    const line = {
      _aws: {},
      Forwarder: 'f',
      Route: 'orders',
      Target: TARGET,
      RecordsIn: 5,
      Delivered: 3,
      Parked: 2,
      InvokeLatency: [12, 80],
    };
    expect(readLog(JSON.stringify(line))).toEqual({
      kind: 'counts',
      route: 'orders',
      target: TARGET,
      counts: { recordsIn: 5, delivered: 3, filtered: 0, parked: 2, paused: 0, failed: 0 },
      latencies: [12, 80],
    });
  });

  test('reads what the forwarder counts of all targets of a route together', () => {
    expect(readLog('{"_aws":{},"Forwarder":"f","Route":"orders","Delivered":3}')).toMatchObject({
      route: 'orders',
      target: undefined,
      counts: { delivered: 3 },
      latencies: [],
    });
  });

  test('recognizes metrics without a route', () => {
    expect(readLog('{"_aws":{},"Forwarder":"f","RouteRefreshes":1}')).toEqual({ kind: 'other metrics' });
  });

  test('reads an error of the forwarder with its place', () => {
    const line = {
      level: 'error',
      message: 'm',
      route: 'orders',
      target: TARGET,
      class: 'unavailable',
      reason: 'down',
      records: 2,
    };
    expect(readLog(JSON.stringify(line))).toEqual({
      kind: 'failure',
      message: 'm',
      route: 'orders',
      target: TARGET,
      class: 'unavailable',
      reason: 'down',
      records: 2,
    });
    expect(readLog('{"level":"error","message":"m"}')).toEqual({
      kind: 'failure',
      message: 'm',
      reason: 'm',
      records: 0,
    });
  });

  test("reads the error of a function's own code, and where it is", () => {
    const error = {
      errorType: 'RangeError',
      errorMessage: 'too many',
      stack: [
        'RangeError: too many',
        '    at run (file:///node_modules/aws-lambda-ric/index.mjs:1:2)',
        '    at handler (file:///functions/ledger.ts:3:9)',
      ],
    };
    const line = `2026-01-15T12:00:00.000Z\tid\tERROR\tInvoke Error \t${JSON.stringify(error)}`;
    expect(readLog(line)).toEqual({
      kind: 'error',
      reason: 'RangeError: too many',
      place: 'at handler (file:///functions/ledger.ts:3:9)',
    });
  });

  test.each(['hello', '{"level":"info"}', '{"level":', '{}', '[]', 'null'])(
    'reads %s as a plain line',
    (line) => {
      expect(readLog(line)).toEqual({ kind: 'line' });
    },
  );
});
