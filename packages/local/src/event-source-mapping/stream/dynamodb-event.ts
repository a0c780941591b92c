import type { TableStreamRecord } from '../../services/dynamodb-streams/stream-record.ts';

/** https://docs.aws.amazon.com/lambda/latest/dg/with-ddb-example.html */
export interface DynamoDbEventRecord extends TableStreamRecord {
  eventSourceARN: string;
}
