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
  ],
  properties: {
    /** `parked/1` is an earlier version's: it has no `dueAt` and no `hops`. */
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
    /** Calls of the function that these records were part of. */
    attempts: { type: 'integer', minimum: 0 },
    /** ISO 8601: when the records were first parked, in whatever message. */
    parkedAt: { type: 'string' },
    /** ISO 8601: not to be sent again before. */
    dueAt: { type: 'string' },
    /** Messages that these records were in before this one. */
    hops: { type: 'integer', minimum: 0 },
    /** ISO 8601: when the route was first found to have no such target any more. */
    unroutedSince: { type: 'string' },
    /** Key of an object in the failure bucket that holds the records in this same form, in place of `Records`. */
    object: { type: 'string', minLength: 1 },
    Records: { type: 'array', minItems: 1, items: { type: 'object' } },
  },
} as const;
