import * as limits from '../limits/aws-limits.ts';
import { DEFAULT_RETRY_FOR_SECONDS } from '../limits/retry-budget.ts';
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
      'The function that reads the stream. Routes with the same forwarder share one; another name gives a function and a role of its own, or a second reader of the same stream.',
  },
  startingPosition: {
    enum: ['TRIM_HORIZON', 'LATEST', 'AT_TIMESTAMP'],
    default: 'TRIM_HORIZON',
    description:
      'Where a new mapping starts to read: at the oldest record kept, at the next one, or with AT_TIMESTAMP where the mapping stopped that read the stream before, which `deploy` finds out. It counts only when a mapping is made.',
  },
  batchSize: {
    type: 'integer',
    minimum: 1,
    maximum: eventSourceMapping.batchSize,
    default: 100,
    'x-unit': 'records',
    description: 'The most that one batch holds.',
  },
  batchWindowSeconds: {
    type: 'integer',
    minimum: 0,
    maximum: eventSourceMapping.batchWindowSeconds,
    default: 1,
    'x-unit': 's',
    description: 'How long to wait for a full batch.',
  },
  parallelizationFactor: {
    type: 'integer',
    minimum: 1,
    maximum: eventSourceMapping.parallelizationFactor,
    default: 1,
    description: 'Batches of one shard under way at once. Order holds per partition key.',
  },
  maximumRetryAttempts: {
    type: 'integer',
    minimum: -1,
    maximum: eventSourceMapping.maximumRetryAttempts,
    'x-default': '1000; -1 where a target has `onFailure: block`',
    description: 'Retries of a failed batch; -1 for no limit until its records expire.',
  },
  maximumRecordAgeSeconds: {
    anyOf: [
      { const: -1 },
      { type: 'integer', minimum: 60, maximum: eventSourceMapping.maximumRecordAgeSeconds },
    ],
    'x-default': '86400; -1 where a target has `onFailure: block`',
    'x-expected': '60–604800, or -1 for no limit',
    'x-unit': 's',
    description:
      'The age from which the mapping no longer retries a record; -1 for no limit until it expires.',
  },
  retryForSeconds: {
    type: 'integer',
    minimum: 60,
    maximum: limits.sqs.retentionSeconds,
    default: DEFAULT_RETRY_FOR_SECONDS,
    'x-unit': 's',
    description:
      'How long parked records are sent again, from when they were first parked; then they go to the dead-letter queue.',
  },
  retryConcurrency: {
    type: 'integer',
    minimum: eventSourceMapping.leastQueueConcurrency,
    maximum: eventSourceMapping.queueConcurrency,
    default: 10,
    'x-unit': 'invocations',
    description: 'Invocations at once that the retries of the route may take.',
  },
  filters: {
    type: 'array',
    minItems: 1,
    maxItems: eventSourceMapping.filters,
    items: filterPattern,
    'x-expected': '1–10 filter patterns',
    'x-default': 'none',
    description:
      'Patterns of which a record has to match one to be read at all. More than 5 need a higher quota in the account.',
  },
  enhancedFanOut: {
    type: 'boolean',
    default: false,
    description: 'Whether the mapping reads as a registered consumer, with 2 MiB/s per shard of its own.',
  },
  deaggregate: {
    type: 'boolean',
    default: false,
    description: 'Whether records written by the Kinesis Producer Library are taken apart for the targets.',
  },
  kmsKey: {
    ...kmsKey,
    'x-default': 'none',
    description:
      'The customer managed key of an encrypted stream, or of the table of a DynamoDB stream: the forwarder may decrypt with it.',
  },
  enabled: {
    type: 'boolean',
    default: true,
    description: 'Whether the event source mapping reads the stream.',
  },
} as const satisfies Properties;
