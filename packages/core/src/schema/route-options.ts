import { DEFAULT_RETRY_FOR_SECONDS } from '../limits/agreed-times.ts';
import * as limits from '../limits/aws-limits.ts';
import type { Properties } from './annotations.ts';
import { filterPattern, forwarderName, kmsKey } from './forms.ts';

const { eventSourceMapping } = limits;

/** Options of a route that `defaults` may set for all routes. */
export const sharedRouteOptions = {
  forwarder: {
    type: 'string',
    ...forwarderName,
    default: 'default',
    description:
      'The forwarder that reads the stream. Routes with the same forwarder share one function and role. Another name creates a separate function and role, or a second reader of the same stream.',
  },
  startingPosition: {
    enum: ['TRIM_HORIZON', 'LATEST', 'AT_TIMESTAMP'],
    default: 'TRIM_HORIZON',
    description:
      'Where a new event source mapping starts to read. TRIM_HORIZON: at the oldest record of the stream. LATEST: at the next record. AT_TIMESTAMP: where the previous mapping of the stream stopped; `deploy` determines the time. Applies only when a mapping is created.',
  },
  batchSize: {
    type: 'integer',
    minimum: 1,
    maximum: eventSourceMapping.batchSize,
    default: 100,
    'x-unit': 'records',
    description: 'The maximum number of records in one batch.',
  },
  batchWindowSeconds: {
    type: 'integer',
    minimum: 0,
    maximum: eventSourceMapping.batchWindowSeconds,
    default: 1,
    'x-unit': 's',
    description: 'How long Lambda waits for a full batch.',
  },
  parallelizationFactor: {
    type: 'integer',
    minimum: 1,
    maximum: eventSourceMapping.parallelizationFactor,
    default: 1,
    description:
      'How many batches of one shard are processed at once. The order of each partition key is kept.',
  },
  maximumRetryAttempts: {
    type: 'integer',
    minimum: -1,
    maximum: eventSourceMapping.maximumRetryAttempts,
    'x-default': '1000; -1 where a target has `onFailure: block`',
    description: 'How often a failed batch is retried; -1 retries until its records expire.',
  },
  maximumRecordAgeSeconds: {
    anyOf: [
      { const: -1 },
      { type: 'integer', minimum: 60, maximum: eventSourceMapping.maximumRecordAgeSeconds },
    ],
    'x-default': '86400; -1 where a target has `onFailure: block`',
    'x-expected': '60–604800, or -1 for no limit',
    'x-unit': 's',
    description: 'The age after which the mapping no longer retries a record; -1 retries until it expires.',
  },
  retryForSeconds: {
    type: 'integer',
    minimum: 60,
    maximum: limits.sqs.retentionSeconds,
    default: DEFAULT_RETRY_FOR_SECONDS,
    'x-unit': 's',
    description:
      'How long parked records are retried, counted from when they were first parked. After that they go to the dead-letter queue.',
  },
  retryConcurrency: {
    type: 'integer',
    minimum: eventSourceMapping.leastQueueConcurrency,
    maximum: eventSourceMapping.queueConcurrency,
    default: 10,
    'x-unit': 'invocations',
    description: 'The maximum number of concurrent invocations for retries of the route.',
  },
  filters: {
    type: 'array',
    minItems: 1,
    maxItems: eventSourceMapping.filters,
    items: filterPattern,
    'x-expected': '1–10 filter patterns',
    'x-default': 'none',
    description:
      'The forwarder is invoked only for records that match at least one of these patterns. More than 5 patterns need a higher quota in the account.',
  },
  enhancedFanOut: {
    type: 'boolean',
    default: false,
    description: 'Whether the mapping reads as a registered consumer, with a dedicated 2 MiB/s per shard.',
  },
  deaggregate: {
    type: 'boolean',
    default: false,
    description:
      'Whether aggregated records of the Kinesis Producer Library are split into user records for the targets.',
  },
  kmsKey: {
    ...kmsKey,
    'x-default': 'none',
    description:
      'The customer managed key of an encrypted stream, or of the table of a DynamoDB stream. The forwarder gets permission to decrypt with it.',
  },
  enabled: {
    type: 'boolean',
    default: true,
    description: 'Whether the event source mapping reads the stream.',
  },
} as const satisfies Properties;
