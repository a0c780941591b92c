import { isObject, parseJson } from '@xacct/core';

/** A batch that an event source mapping gave up, as Lambda keeps it in S3, with all of its records. */
export interface GivenUpBatch {
  /** ARN of the stream, or of the consumer that the mapping reads through. */
  streamArn: string;
  shardId: string;
  /** Why: `RetryAttemptsExhausted`, `RecordAgeExceeded` and so on. */
  condition: string;
  /** Failed invocations of the forwarder; undefined if Lambda does not report them. */
  invocations: number | undefined;
  /** ISO 8601: when it was given up. */
  timestamp: string;
  records: object[];
}

/**
 * Reads what Lambda writes into an on-failure destination in S3; undefined for anything else.
 * https://docs.aws.amazon.com/lambda/latest/dg/kinesis-on-failure-destination.html
 * https://docs.aws.amazon.com/lambda/latest/dg/services-dynamodb-errors.html
 */
export function readGivenUpBatch(text: string): GivenUpBatch | undefined {
  const wire = objectOf(parseJson(text));
  const { streamArn, shardId } = objectOf(wire.KinesisBatchInfo ?? wire.DDBStreamBatchInfo);
  const { condition, approximateInvokeCount: invocations } = objectOf(wire.requestContext);
  const { timestamp, payload } = wire;
  // The event is documented as text in JSON; it means the same as an object.
  const { Records: records } = objectOf(typeof payload === 'string' ? parseJson(payload) : payload);
  if (
    typeof streamArn !== 'string' ||
    typeof condition !== 'string' ||
    typeof timestamp !== 'string' ||
    !isRecords(records)
  )
    return undefined;
  return {
    streamArn,
    shardId: typeof shardId === 'string' ? shardId : '',
    condition,
    invocations: typeof invocations === 'number' ? invocations : undefined,
    timestamp,
    records,
  };
}

function isRecords(value: unknown): value is object[] {
  return Array.isArray(value) && value.length > 0 && value.every(isObject);
}

/** Without properties where it is no object. */
function objectOf(value: unknown): Record<string, unknown> {
  return isObject(value) ? value : {};
}
