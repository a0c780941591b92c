import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { createMetrics, type TargetCounts } from '../../src/invocation/metrics.ts';

const target = 'arn:aws:lambda:us-west-2:222222222222:function:reader';

function setUp(detail?: 'target' | 'route') {
  const written: string[] = [];
  const metrics = createMetrics({
    forwarder: 'xacct-forwarder-default',
    ...(detail && { detail }),
    write: (lines) => written.push(lines),
    now: () => 1_700_000_000_000,
  });
  const documents = () =>
    written.flatMap((lines) =>
      lines
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line)),
    );
  return { metrics, written, documents };
}

function counts(counted: Partial<TargetCounts> = {}): TargetCounts {
  return {
    recordsIn: 0,
    delivered: 0,
    filtered: 0,
    parked: 0,
    paused: 0,
    failed: 0,
    invokeLatency: [],
    ...counted,
  };
}

describe('createMetrics', () => {
  test('writes a document of the embedded metric format for each target', () => {
    const { metrics, documents } = setUp();

    metrics.addTarget(
      'orders',
      target,
      counts({ recordsIn: 10, delivered: 4, filtered: 3, parked: 2, failed: 1, invokeLatency: [12, 7] }),
    );
    metrics.flush();

    expect(documents()).toEqual([
      {
        _aws: {
          Timestamp: 1_700_000_000_000,
          CloudWatchMetrics: [
            {
              Namespace: 'xacct',
              Dimensions: [
                ['Forwarder', 'Route'],
                ['Forwarder', 'Route', 'Target'],
              ],
              Metrics: [
                { Name: 'RecordsIn', Unit: 'Count' },
                { Name: 'Delivered', Unit: 'Count' },
                { Name: 'Filtered', Unit: 'Count' },
                { Name: 'Parked', Unit: 'Count' },
                { Name: 'Failed', Unit: 'Count' },
                { Name: 'InvokeLatency', Unit: 'Milliseconds' },
              ],
            },
          ],
        },
        Forwarder: 'xacct-forwarder-default',
        Route: 'orders',
        Target: target,
        RecordsIn: 10,
        Delivered: 4,
        Filtered: 3,
        Parked: 2,
        Failed: 1,
        InvokeLatency: [12, 7],
      },
    ]);
  });

  test('writes to standard output by default', () => {
    const write = vi.spyOn(process.stdout, 'write').mockReturnValue(true);
    onTestFinished(() => write.mockRestore());
    const metrics = createMetrics({ forwarder: 'xacct-forwarder-default' });
    metrics.add('keptObjects');
    metrics.flush();

    expect(write).toHaveBeenCalledExactlyOnceWith(expect.stringMatching(/"KeptObjects":1}\n$/));
  });

  test('writes nothing for a count of 0, and no line without a count', () => {
    const { metrics, documents } = setUp();

    metrics.addTarget('orders', target, counts({ recordsIn: 1, delivered: 1 }));
    metrics.addTarget('orders', 'another', counts());
    metrics.flush();

    expect(documents()).toHaveLength(1);
    expect(documents()[0]._aws.CloudWatchMetrics[0].Metrics).toEqual([
      { Name: 'RecordsIn', Unit: 'Count' },
      { Name: 'Delivered', Unit: 'Count' },
    ]);
    expect(documents()[0]).not.toHaveProperty('Parked');
  });

  test('writes the counts of the forwarder once, added up', () => {
    const { metrics, documents } = setUp();

    metrics.add('credentialRefreshes');
    metrics.add('credentialRefreshes', 2);
    metrics.add('staleRoute');
    metrics.flush();

    expect(documents()).toEqual([
      {
        _aws: {
          Timestamp: 1_700_000_000_000,
          CloudWatchMetrics: [
            {
              Namespace: 'xacct',
              Dimensions: [['Forwarder']],
              Metrics: [
                { Name: 'CredentialRefreshes', Unit: 'Count' },
                { Name: 'StaleRoute', Unit: 'Count' },
              ],
            },
          ],
        },
        Forwarder: 'xacct-forwarder-default',
        CredentialRefreshes: 3,
        StaleRoute: 1,
      },
    ]);
  });

  test('holds at most the hundred values that a metric of a document may have', () => {
    const { metrics, documents } = setUp();

    metrics.addTarget(
      'orders',
      target,
      counts({ invokeLatency: Array.from({ length: 150 }, (_, ms) => ms) }),
    );
    metrics.flush();

    expect(documents()[0].InvokeLatency).toHaveLength(100);
  });

  test('writes all lines of an invocation at once, and none twice', () => {
    const { metrics, written } = setUp();
    metrics.add('routeRefreshes');
    metrics.addTarget('orders', target, counts({ recordsIn: 1 }));

    metrics.flush();
    metrics.flush();

    expect(written).toHaveLength(1);
    expect(written[0]?.match(/\n/g)).toHaveLength(2);
  });

  test('writes a line for each target with the detail of targets', () => {
    const { metrics, documents } = setUp('target');

    metrics.addTarget('orders', target, counts({ recordsIn: 1 }));
    metrics.addTarget('orders', 'another', counts({ recordsIn: 2 }));
    metrics.flush();

    expect(documents().map(({ Target, RecordsIn }) => [Target, RecordsIn])).toEqual([
      [target, 1],
      ['another', 2],
    ]);
  });

  describe('with the detail of routes', () => {
    test('adds up what is kept for paused targets', () => {
      const { metrics, documents } = setUp('route');
      metrics.addTarget('orders', target, counts({ recordsIn: 1, paused: 1 }));
      metrics.addTarget('orders', 'another', counts({ recordsIn: 2, paused: 2 }));
      metrics.flush();

      expect(documents()).toMatchObject([{ RecordsIn: 3, Paused: 3 }]);
    });

    test('writes one document for the targets of a route together', () => {
      const { metrics, documents } = setUp('route');

      metrics.addTarget(
        'orders',
        target,
        counts({ recordsIn: 10, delivered: 4, filtered: 3, parked: 2, failed: 1, invokeLatency: [12, 7] }),
      );
      metrics.addTarget(
        'orders',
        'another',
        counts({ recordsIn: 100, delivered: 40, filtered: 30, parked: 20, failed: 10, invokeLatency: [5] }),
      );
      metrics.flush();

      expect(documents()).toEqual([
        {
          _aws: {
            Timestamp: 1_700_000_000_000,
            CloudWatchMetrics: [
              {
                Namespace: 'xacct',
                Dimensions: [['Forwarder', 'Route']],
                Metrics: [
                  { Name: 'RecordsIn', Unit: 'Count' },
                  { Name: 'Delivered', Unit: 'Count' },
                  { Name: 'Filtered', Unit: 'Count' },
                  { Name: 'Parked', Unit: 'Count' },
                  { Name: 'Failed', Unit: 'Count' },
                  { Name: 'InvokeLatency', Unit: 'Milliseconds' },
                ],
              },
            ],
          },
          Forwarder: 'xacct-forwarder-default',
          Route: 'orders',
          RecordsIn: 110,
          Delivered: 44,
          Filtered: 33,
          Parked: 22,
          Failed: 11,
          InvokeLatency: [12, 7, 5],
        },
      ]);
    });

    test('counts each route by itself, and each invocation anew', () => {
      const { metrics, documents, written } = setUp('route');

      metrics.addTarget('orders', target, counts({ recordsIn: 1 }));
      metrics.addTarget('refunds', target, counts({ recordsIn: 2 }));
      metrics.flush();
      metrics.addTarget('orders', target, counts({ recordsIn: 4 }));
      metrics.flush();
      metrics.flush();

      expect(documents().map(({ Route, RecordsIn }) => [Route, RecordsIn])).toEqual([
        ['orders', 1],
        ['refunds', 2],
        ['orders', 4],
      ]);
      expect(written).toHaveLength(2);
    });

    test('writes no line for a route without a count', () => {
      const { metrics, written } = setUp('route');

      metrics.addTarget('orders', target, counts());
      metrics.flush();

      expect(written).toEqual([]);
    });

    test('holds at most a hundred values of all targets', () => {
      const { metrics, documents } = setUp('route');
      const invokeLatency = Array.from({ length: 60 }, (_, ms) => ms + 1);

      for (const name of ['one', 'two']) metrics.addTarget('orders', name, counts({ invokeLatency }));
      metrics.flush();

      expect(documents()[0].InvokeLatency).toEqual([...invokeLatency, ...invokeLatency].slice(0, 100));
    });

    test('writes the counts of the forwarder with those of the routes', () => {
      const { metrics, documents, written } = setUp('route');

      metrics.add('staleRoute');
      metrics.addTarget('orders', target, counts({ recordsIn: 1 }));
      metrics.flush();

      expect(written).toHaveLength(1);
      expect(documents()).toMatchObject([{ RecordsIn: 1 }, { StaleRoute: 1 }]);
    });
  });
});
