import type { TableStreamRecord } from '../dynamodb/stream-record.ts';

/** https://docs.aws.amazon.com/lambda/latest/dg/with-ddb-example.html */
export interface DynamoDbEventRecord extends TableStreamRecord {
  eventSourceARN: string;
}
