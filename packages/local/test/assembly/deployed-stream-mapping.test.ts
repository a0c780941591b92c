import { describe, expect, test } from 'vitest';
import { deploy } from '../../src/assembly/deploy.ts';
import { REGION, SOURCE } from '../factories.ts';

const STREAM = `arn:aws:kinesis:${REGION}:${SOURCE}:stream/orders`;
const TABLE = `arn:aws:dynamodb:${REGION}:${SOURCE}:table/items/stream/2026-01-15T12:00:00.000`;
const FUNCTION = `arn:aws:lambda:${REGION}:${SOURCE}:function:forwarder`;

function read(properties: object, others: object = {}) {
  const Properties = {
    EventSourceArn: STREAM,
    FunctionName: FUNCTION,
    StartingPosition: 'TRIM_HORIZON',
    ...properties,
  };
  const Resources = { Mapping: { Type: 'AWS::Lambda::EventSourceMapping', Properties }, ...others };
  return deploy([{ name: 'a', account: SOURCE, region: REGION, template: { Resources }, assets: new Map() }])
    .mappings[0];
}

const consumer = {
  Consumer: { Type: 'AWS::Kinesis::StreamConsumer', Properties: { ConsumerName: 'fast', StreamARN: STREAM } },
};

describe('readStreamMapping', () => {
  test('reads the mapping of a table, with a filter of its records', () => {
    const pattern = { eventName: ['INSERT'] };
    const mapping = read({
      EventSourceArn: TABLE,
      FilterCriteria: { Filters: [{ Pattern: JSON.stringify(pattern) }] },
    });
    expect(mapping).toMatchObject({ eventSourceArn: TABLE, streamArn: TABLE, filters: [pattern] });
  });

  test('reads the time from which a mapping starts', () => {
    expect(
      read({ StartingPosition: 'AT_TIMESTAMP', StartingPositionTimestamp: 1_768_478_400 }),
    ).toMatchObject({
      startingPosition: 'AT_TIMESTAMP',
      startingTimestamp: 1_768_478_400,
    });
  });

  test('reads a queue as the on-failure destination', () => {
    const queueArn = `arn:aws:sqs:${REGION}:${SOURCE}:failures`;
    expect(read({ DestinationConfig: { OnFailure: { Destination: queueArn } } })?.onFailure).toEqual({
      service: 'sqs',
      queueArn,
    });
  });

  test('reads the consumer that a mapping reads through, and its stream', () => {
    const mapping = read({ EventSourceArn: { 'Fn::GetAtt': ['Consumer', 'ConsumerARN'] } }, consumer);
    expect(mapping).toMatchObject({ streamArn: STREAM, eventSourceArn: `${STREAM}/consumer/fast:1` });
  });

  test('takes the metric of its events, and no other', () => {
    expect(() => read({ MetricsConfig: { Metrics: ['EventCount'] } })).not.toThrow();
    for (const [config, what] of [
      [{ Metrics: ['EventCount', 'KafkaMetrics'] }, 'the metric KafkaMetrics of MetricsConfig'],
      [{ Metrics: 'EventCount' }, 'Metrics "EventCount"'],
      [{ Period: 60 }, 'the property MetricsConfig.Period'],
    ] as const)
      expect(() => read({ MetricsConfig: config })).toThrow(what);
  });

  test.each([
    ['a consumer that no template makes', { EventSourceArn: `${STREAM}/consumer/slow:1` }, 'a consumer '],
    [
      'the time of a table',
      { EventSourceArn: TABLE, StartingPosition: 'AT_TIMESTAMP' },
      'StartingPosition AT_TIMESTAMP of a DynamoDB stream',
    ],
    [
      'a time beside another position',
      { StartingPositionTimestamp: 1 },
      'StartingPositionTimestamp with StartingPosition TRIM_HORIZON',
    ],
    ['an age under a minute', { MaximumRecordAgeInSeconds: 59 }, 'MaximumRecordAgeInSeconds 59'],
    ['a topic', { EventSourceArn: 'arn:aws:kafka:us-west-2:1:cluster/a' }, 'the event source arn:aws:kafka'],
    ['a scaling', { ScalingConfig: { MaximumConcurrency: 2 } }, 'ScalingConfig of the event source mapping'],
  ])('refuses %s', (_, properties, message) => {
    expect(() => read(properties, consumer)).toThrow(message);
  });
});
