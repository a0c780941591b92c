/** Records that wait, as a message of a queue or an object of the failure bucket holds them, in JSON. */
export const parkedRecordsSchema = {
  $schema: 'http://json-schema.org/draft-07/schema#',
  type: 'object',
  required: [
    'xacct',
    'route',
    'streamArn',
    'target',
    'shardId',
    'firstSequenceNumber',
    'lastSequenceNumber',
    'count',
    'failure',
    'reason',
    'attempts',
    'parkedAt',
    'Records',
  ],
  properties: {
    xacct: { const: 'parked/1' },
    route: { type: 'string' },
    streamArn: { type: 'string' },
    /** ARN of the function that lacks the records. */
    target: { type: 'string' },
    shardId: { type: 'string' },
    firstSequenceNumber: { type: 'string' },
    lastSequenceNumber: { type: 'string' },
    count: { type: 'integer', minimum: 1 },
    /** The class of the failure: `throttled`, `denied` and so on. */
    failure: { type: 'string' },
    reason: { type: 'string' },
    /** Times that sending these records failed, before this message. */
    attempts: { type: 'integer', minimum: 1 },
    /** ISO 8601: when the records were first parked, in whatever message. */
    parkedAt: { type: 'string' },
    Records: { type: 'array', minItems: 1, items: { type: 'object' } },
  },
} as const;
