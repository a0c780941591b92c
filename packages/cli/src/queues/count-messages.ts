import { GetQueueAttributesCommand, type SQSClient } from '@aws-sdk/client-sqs';

/** Approximately what a queue holds: SQS's counts lag by about a minute. */
export interface QueueCounts {
  /** Can be received now. */
  visible: number;
  /** Received and not yet deleted: being processed, or hidden until the next try. */
  inFlight: number;
  /** Sent with a delay that is not yet over. */
  delayed: number;
}

/** Reads the counts of a queue, without receiving a message. */
export async function countMessages(sqs: Pick<SQSClient, 'send'>, queueUrl: string): Promise<QueueCounts> {
  const { Attributes = {} } = await sqs.send(
    new GetQueueAttributesCommand({
      QueueUrl: queueUrl,
      AttributeNames: [
        'ApproximateNumberOfMessages',
        'ApproximateNumberOfMessagesNotVisible',
        'ApproximateNumberOfMessagesDelayed',
      ],
    }),
  );
  return {
    visible: Number(Attributes.ApproximateNumberOfMessages),
    inFlight: Number(Attributes.ApproximateNumberOfMessagesNotVisible),
    delayed: Number(Attributes.ApproximateNumberOfMessagesDelayed),
  };
}
