/** What the package's own types leave out. */
declare module 'aws-kinesis-agg' {
  export class RecordAggregator {
    addUserRecord(record: { partitionKey: string; explicitHashKey?: string; data: Buffer }): void;
    build(): { partitionKey: string; data: Buffer };
  }
}

declare module 'aws-kinesis-agg/lib/common.js' {
  /** A message type of protobufjs. */
  export const AggregatedRecord: {
    decode(bytes: Uint8Array): object;
    encode(message: object): { finish(): Uint8Array };
  };
}
