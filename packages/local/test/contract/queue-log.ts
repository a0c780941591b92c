import { DeleteMessageCommand, ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import type { AwsConfig } from './aws-config.ts';

/** All messages that ever came to a queue, as JSON. */
export class QueueLog<T> {
  readonly #sqs: SQSClient;
  readonly #url: string;
  readonly #byId = new Map<string, T>();

  constructor(config: AwsConfig, url: string) {
    this.#sqs = new SQSClient({ ...config, useQueueUrlAsEndpoint: false });
    this.#url = url;
  }

  async read(): Promise<T[]> {
    for (;;) {
      const { Messages = [] } = await this.#sqs.send(
        new ReceiveMessageCommand({ QueueUrl: this.#url, MaxNumberOfMessages: 10 }),
      );
      if (Messages.length === 0) return [...this.#byId.values()];
      for (const { MessageId = '', Body = '{}', ReceiptHandle } of Messages) {
        this.#byId.set(MessageId, JSON.parse(Body));
        await this.#sqs.send(new DeleteMessageCommand({ QueueUrl: this.#url, ReceiptHandle }));
      }
    }
  }
}
