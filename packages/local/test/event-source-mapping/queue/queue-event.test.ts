import { describe, expect, test } from 'vitest';
import { toQueueEventRecord } from '../../../src/event-source-mapping/queue/queue-event.ts';
import { deployedQueue, NOON_MS, receivedMessage } from '../../factories.ts';

const { arn } = deployedQueue();

describe('toQueueEventRecord', () => {
  test('has the shape of AWS', () => {
    expect(JSON.stringify(toQueueEventRecord(receivedMessage(), arn))).toBe(
      JSON.stringify({
        messageId: 'id-1',
        receiptHandle: 'handle-1',
        body: 'hello',
        attributes: {
          ApproximateReceiveCount: '1',
          SentTimestamp: String(NOON_MS),
          SenderId: 'ann',
          ApproximateFirstReceiveTimestamp: String(NOON_MS + 1),
        },
        messageAttributes: {},
        md5OfBody: '5d41402abc4b2a76b9719d911017c592',
        eventSource: 'aws:sqs',
        eventSourceARN: arn,
        awsRegion: 'us-west-2',
      }),
    );
  });

  test('has the attributes of the sender, its group and trace header, and the queue that a dead letter came from', () => {
    const attributes = {
      text: { DataType: 'String', StringValue: 'a' },
      bytes: { DataType: 'Binary', BinaryValue: 'AQI=' },
    };
    const traceHeader = 'Root=1-5759e988-bd862e3fe1be46a994272793;Lineage=1:a87bd80c:0';
    const part = { groupId: 'g', deadLetterSourceArn: `${arn}-retry`, traceHeader };
    const message = receivedMessage({ attributes, ...part });
    expect(toQueueEventRecord(message, arn)).toMatchObject({
      attributes: {
        AWSTraceHeader: traceHeader,
        MessageGroupId: 'g',
        DeadLetterQueueSourceArn: `${arn}-retry`,
      },
      messageAttributes: {
        text: { stringValue: 'a', stringListValues: [], binaryListValues: [], dataType: 'String' },
        bytes: { binaryValue: 'AQI=', stringListValues: [], binaryListValues: [], dataType: 'Binary' },
      },
      md5OfMessageAttributes: expect.stringMatching(/^[0-9a-f]{32}$/),
    });
  });
});
