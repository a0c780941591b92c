// Takes what it can from a queue: "fail" is reported, "later" too once it is hidden for 15 minutes, the rest is done; for
// "again", the same is sent to the queue before.
import { ChangeMessageVisibilityCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';

// AWS_ENDPOINT_URL counts, not the host of the queue's URL.
const sqs = new SQSClient({ useQueueUrlAsEndpoint: false });

export async function handler(event) {
  const failed = [];
  for (const { messageId, receiptHandle, body } of event.Records) {
    console.log(`got ${body}`);
    if (body === 'again')
      await sqs.send(new SendMessageCommand({ QueueUrl: process.env.QUEUE_URL, MessageBody: body }));
    if (body === 'later') {
      await sqs.send(
        new ChangeMessageVisibilityCommand({
          QueueUrl: process.env.QUEUE_URL,
          ReceiptHandle: receiptHandle,
          VisibilityTimeout: 900,
        }),
      );
      console.log('hid later');
    }
    if (body === 'fail' || body === 'later') failed.push({ itemIdentifier: messageId });
  }
  return { batchItemFailures: failed };
}
