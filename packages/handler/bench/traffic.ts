import { encodeRoute, parameterPartName, type StoredRoute, type Target } from '@xacct/core';

/** The routes and events that the measurements use. */

export const PREFIX = '/xacct/default';

/** Bytes of a payload that a measurement speaks of as "190 KB". */
export const EVENT_BYTES = 190 * 1024;

/** Targets in an account each, with a role each. */
export function targetsOf(count: number, options: Partial<Target> = {}): Target[] {
  return Array.from({ length: count }, (_, index) => {
    const account = String(200_000_000_000 + index);
    return {
      account,
      region: 'us-west-2',
      functionArn: `arn:aws:lambda:us-west-2:${account}:function:reader`,
      roleArn: `arn:aws:iam::${account}:role/xacct-route-orders`,
      externalId: 'xacct:orders',
      invocation: 'event',
      onFailure: 'park',
      ...options,
    };
  });
}

/** The parameters that hold the route of a stream. */
export function parametersOf(stream: string, targets: Target[], sqs: string): Record<string, string> {
  const route: StoredRoute = {
    name: stream,
    deaggregate: false,
    retryQueueUrl: `${sqs}/111111111111/xacct-${stream}-retry`,
    deadLetterQueueUrl: `${sqs}/111111111111/xacct-${stream}-dead-letters`,
    retryForSeconds: 86_400,
    targets,
  };
  const parameter = `${PREFIX}/kinesis/${stream}`;
  return Object.fromEntries(
    encodeRoute(route).map((value, part) => [parameterPartName(parameter, part), value]),
  );
}

/** An event of a Kinesis stream, of about so many bytes as JSON. */
export function eventOf(stream: string, records: number, bytes: number) {
  const empty = JSON.stringify(recordOf(stream, 0, '')).length + 1;
  const dataBytes = Math.max(0, Math.floor(((bytes / records - empty) * 3) / 4));
  const data = Buffer.alloc(dataBytes, '{"order":1,"of":"somebody","for":"something"}').toString('base64');
  return { Records: Array.from({ length: records }, (_, index) => recordOf(stream, index, data)) };
}

function recordOf(stream: string, index: number, data: string) {
  const sequenceNumber = `496${String(index).padStart(53, '0')}`;
  return {
    kinesis: {
      kinesisSchemaVersion: '1.0',
      partitionKey: `customer-${index % 100}`,
      sequenceNumber,
      data,
      approximateArrivalTimestamp: 1_700_000_000.123,
    },
    eventSource: 'aws:kinesis',
    eventVersion: '1.0',
    eventID: `shardId-000000000000:${sequenceNumber}`,
    eventName: 'aws:kinesis:record',
    invokeIdentityArn: 'arn:aws:iam::111111111111:role/xacct-forwarder-default',
    awsRegion: 'us-west-2',
    eventSourceARN: `arn:aws:kinesis:us-west-2:111111111111:stream/${stream}`,
  };
}
