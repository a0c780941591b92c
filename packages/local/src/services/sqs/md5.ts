import { createHash, hash } from 'node:crypto';
import type { MessageAttributes } from './message.ts';

/** The digests by which SDKs check that a message arrived complete. */

export function md5OfBody(body: string): string {
  return hash('md5', body);
}

/**
 * Undefined where there are no attributes.
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-message-metadata.html#sqs-attributes-md5-message-digest-calculation
 */
export function md5OfAttributes(attributes: MessageAttributes): string | undefined {
  const names = Object.keys(attributes).sort();
  if (names.length === 0) return undefined;
  const hash = createHash('md5');
  const updateWithLength = (value: Buffer) => {
    const length = Buffer.alloc(4);
    length.writeUInt32BE(value.length);
    hash.update(length).update(value);
  };
  for (const name of names) {
    const { DataType = '', StringValue, BinaryValue = '' } = attributes[name] ?? {};
    updateWithLength(Buffer.from(name));
    updateWithLength(Buffer.from(DataType));
    // What follows is text (1) or bytes (2).
    hash.update(Buffer.of(StringValue === undefined ? 2 : 1));
    updateWithLength(
      StringValue === undefined ? Buffer.from(BinaryValue, 'base64') : Buffer.from(StringValue),
    );
  }
  return hash.digest('hex');
}
