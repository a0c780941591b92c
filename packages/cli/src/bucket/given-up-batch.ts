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
  const batch = objectOf(wire?.KinesisBatchInfo ?? wire?.DDBStreamBatchInfo);
  const context = objectOf(wire?.requestContext);
  // The event is documented as text in JSON; it means the same as an object.
  const payload = typeof wire?.payload === 'string' ? parseJson(wire.payload) : wire?.payload;
  const records = objectOf(payload)?.Records;
  const streamArn = batch?.streamArn;
  const condition = context?.condition;
  const timestamp = wire?.timestamp;
  if (
    typeof streamArn !== 'string' ||
    typeof condition !== 'string' ||
    typeof timestamp !== 'string' ||
    !isRecords(records)
  )
    return undefined;
  const invocations = context?.approximateInvokeCount;
  return {
    streamArn,
    shardId: typeof batch?.shardId === 'string' ? batch.shardId : '',
    condition,
    invocations: typeof invocations === 'number' ? invocations : undefined,
    timestamp,
    records,
  };
}

function isRecords(value: unknown): value is object[] {
  return Array.isArray(value) && value.length > 0 && value.every((record) => objectOf(record) !== undefined);
}

function objectOf(value: unknown): Record<string, unknown> | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : undefined;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
