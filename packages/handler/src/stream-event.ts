/** A batch of a Kinesis or DynamoDB stream as an event source mapping hands it over; only what is looked at here. */
export interface StreamEvent {
  Records: StreamRecord[];
}

export interface StreamRecord {
  eventSourceARN: string;
  kinesis?: {
    sequenceNumber: string;
    /** Base64. */
    data: string;
  };
  dynamodb?: {
    SequenceNumber?: string;
  };
}
