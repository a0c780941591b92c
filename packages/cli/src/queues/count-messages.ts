import { GetQueueAttributesCommand, type SQSClient } from '@aws-sdk/client-sqs';

/** What a queue holds, about: SQS counts within a minute or so. */
export interface QueueCounts {
  /** To be received now. */
  visible: number;
  /** Received and not yet deleted: under way, or hidden until the next try. */
  inFlight: number;
  /** Sent with a delay that is not yet over. */
  delayed: number;
}

/** Asks for the counts of a queue, which receives nothing. */
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
