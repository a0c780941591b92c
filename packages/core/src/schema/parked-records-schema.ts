/** Parked records as JSON, in a message of a queue or in an object of the failure bucket. */
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
  ],
  properties: {
    /** `parked/1` is from an earlier version: it has no `dueAt` and no `hops`. */
    xacct: { enum: ['parked/1', 'parked/2'] },
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
    /** The number of calls of the function with these records. */
    attempts: { type: 'integer', minimum: 0 },
    /** ISO 8601: when the records were first parked, in any message. */
    parkedAt: { type: 'string' },
    /** ISO 8601: the records are not sent again before this time. */
    dueAt: { type: 'string' },
    /** The number of messages that held these records before this one. */
    hops: { type: 'integer', minimum: 0 },
    /** ISO 8601: when the forwarder first found that the route no longer has this target. */
    unroutedSince: { type: 'string' },
    /** Instead of `Records`: the key of an object in the failure bucket that holds the records in this same form. */
    object: { type: 'string', minLength: 1 },
    Records: { type: 'array', minItems: 1, items: { type: 'object' } },
  },
} as const;
