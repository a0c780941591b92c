import { describe, expect, test } from 'vitest';
import { deploy } from '../../src/assembly/deploy.ts';
import { deployedQueueMapping, REGION, SOURCE } from '../factories.ts';

const MAPPING = {
  EventSourceArn: `arn:aws:sqs:${REGION}:${SOURCE}:orders`,
  FunctionName: `arn:aws:lambda:${REGION}:${SOURCE}:function:forwarder`,
};

function deployed(properties: object) {
  const Mapping = { Type: 'AWS::Lambda::EventSourceMapping', Properties: { ...MAPPING, ...properties } };
  const template = { Resources: { Mapping } };
  return deploy([{ name: 'a', account: SOURCE, region: REGION, template, assets: new Map() }]);
}

describe('readQueueMapping', () => {
  test("reads a mapping with Lambda's defaults, apart from those of streams", () => {
    const { mappings, queueMappings } = deployed({});
    expect(mappings).toEqual([]);
    expect(queueMappings).toEqual([
      deployedQueueMapping({ id: 'a-Mapping', reportBatchItemFailures: false }),
    ]);
  });

  test('reads all that a mapping may have', () => {
    const { queueMappings } = deployed({
      BatchSize: 10_000,
      Enabled: false,
      FunctionResponseTypes: ['ReportBatchItemFailures'],
      MaximumBatchingWindowInSeconds: 300,
      ScalingConfig: { MaximumConcurrency: 2 },
    });
    expect(queueMappings).toEqual([
      deployedQueueMapping({
        id: 'a-Mapping',
        batchSize: 10_000,
        batchWindowSeconds: 300,
        enabled: false,
        maximumConcurrency: 2,
      }),
    ]);
  });

  test('takes the metric of its events, and no other', () => {
    expect(() => deployed({ MetricsConfig: { Metrics: ['EventCount'] } })).not.toThrow();
    for (const [config, what] of [
      [{ Metrics: ['EventCount', 'KafkaMetrics'] }, 'the metric KafkaMetrics of MetricsConfig'],
      [{ Metrics: 'EventCount' }, 'Metrics "EventCount"'],
      [{ Period: 60 }, 'the property MetricsConfig.Period'],
    ] as const)
      expect(() => deployed({ MetricsConfig: config })).toThrow(what);
  });

  test.each([
    ['filters', { FilterCriteria: { Filters: [] } }, 'FilterCriteria of the event source mapping of a queue'],
    [
      'what streams have',
      { StartingPosition: 'LATEST' },
      'StartingPosition of the event source mapping of a queue',
    ],
    ['one batch at once', { ScalingConfig: { MaximumConcurrency: 1 } }, 'an integer of 2–1000: 1'],
    ['no message', { BatchSize: 0 }, 'BatchSize, an integer of 1–10000: 0'],
    ['a window of 301 s', { MaximumBatchingWindowInSeconds: 301 }, 'an integer of 0–300: 301'],
    [
      '11 messages without a window',
      { BatchSize: 11 },
      'BatchSize 11 of a queue without MaximumBatchingWindowInSeconds',
    ],
  ])('refuses %s', (_, properties, what) => {
    expect(() => deployed(properties)).toThrow(what);
  });

  test('refuses a bound on the concurrency of a stream', () => {
    const stream = {
      EventSourceArn: `arn:aws:kinesis:${REGION}:${SOURCE}:stream/a`,
      StartingPosition: 'LATEST',
    };
    expect(() => deployed({ ...stream, ScalingConfig: {} })).toThrow(
      'ScalingConfig of the event source mapping of a stream',
    );
  });
});
