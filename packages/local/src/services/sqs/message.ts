/** One attribute that a sender gave its message. Names and shape are the API's. */
export interface MessageAttribute {
  /** `String`, `Number` or `Binary`, with a label of the sender's own after a dot. */
  DataType: string;
  StringValue?: string;
  /** Base64. */
  BinaryValue?: string;
}

export type MessageAttributes = Readonly<Record<string, MessageAttribute>>;

/** A message as its sender gives it. */
export interface NewMessage {
  body: string;
  attributes: MessageAttributes;
  groupId: string | undefined;
  senderId: string;
  /** Undefined: as the queue has it. */
  delaySeconds: number | undefined;
  /** The header `X-Amzn-Trace-Id` of the request that sent it. */
  traceHeader: string | undefined;
}

/** A message in a queue. */
export interface Message extends NewMessage {
  id: string;
  /** Epoch ms. A message that moves to a dead-letter queue keeps it, and expires by it there. */
  sentAt: number;
  /** Over all queues that it was in. */
  receiveCount: number;
  /** Epoch ms. */
  firstReceivedAt: number | undefined;
  /** The queue that it moved from, where it is in a dead-letter queue. */
  deadLetterSourceArn: string | undefined;
}

export interface ReceivedMessage extends Message {
  receiptHandle: string;
  firstReceivedAt: number;
}

/** What counts towards the limit on a message: its body, and name, type and value of each attribute. */
export function messageBytes({ body, attributes }: Pick<NewMessage, 'body' | 'attributes'>): number {
  return Object.entries(attributes).reduce(
    (bytes, [name, { DataType, StringValue, BinaryValue }]) =>
      bytes +
      Buffer.byteLength(name) +
      Buffer.byteLength(DataType) +
      (StringValue === undefined
        ? Buffer.byteLength(BinaryValue ?? '', 'base64')
        : Buffer.byteLength(StringValue)),
    Buffer.byteLength(body),
  );
}
