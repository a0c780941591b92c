import type { ExtendedJSONSchema, FromExtendedSchema } from 'json-schema-to-ts';
import { limits } from './limits.ts';

type Annotations = {
  /** Words what a pattern allows, for error messages: `expected <this>, got …`. */
  'x-expected': string;
};
type JSONSchema = ExtendedJSONSchema<Annotations>;

/** The one schema of routes.yaml. The TypeScript types, the validation and the editors' completion follow from it. */

const accountId = {
  type: 'string',
  pattern: '^\\d{12}$',
  'x-expected': 'a 12-digit account id in quotes',
} as const;

const region = {
  type: 'string',
  pattern: '^[a-z]{2}(-[a-z]+)+-\\d$',
  'x-expected': 'a region such as us-west-2',
} as const;

const accountReference = {
  type: 'string',
  'x-expected': 'a name from "accounts", or 12 digits in quotes',
} as const;

const forwarderName = {
  pattern: '^[a-z][a-z0-9-]{0,29}$',
  'x-expected': 'a lower-case letter, then at most 29 of a-z, 0-9 and -',
} as const;

const definedName = {
  pattern: '^[a-zA-Z][a-zA-Z0-9_-]{0,63}$',
  'x-expected': 'a letter, then at most 63 of letters, digits, _ and -',
} as const;

/** Options of a route that `defaults` may set for all routes. */
const sharedRouteOptions = {
  forwarder: {
    type: 'string',
    ...forwarderName,
    description:
      'The function that reads the stream. Routes with the same forwarder share one. Default: default.',
  },
  startingPosition: {
    enum: ['TRIM_HORIZON', 'LATEST'],
    description: 'Where a new mapping starts to read. Default: TRIM_HORIZON, the oldest record kept.',
  },
  batchSize: {
    type: 'integer',
    minimum: 1,
    maximum: limits.eventSourceMapping.batchSize,
    description: 'Records in one batch at the most: 1–10000. Default: 100.',
  },
  batchWindowSeconds: {
    type: 'integer',
    minimum: 0,
    maximum: limits.eventSourceMapping.batchWindowSeconds,
    description: 'Seconds to wait for a full batch: 0–300. Default: 1.',
  },
  parallelizationFactor: {
    type: 'integer',
    minimum: 1,
    maximum: limits.eventSourceMapping.parallelizationFactor,
    description: 'Batches of one shard under way at once: 1–10. Order holds per partition key. Default: 1.',
  },
  maximumRetryAttempts: {
    type: 'integer',
    minimum: -1,
    maximum: limits.eventSourceMapping.maximumRetryAttempts,
    description: 'Retries of a failed batch: 0–10000, or -1 until its records expire. Default: 10.',
  },
  maximumRecordAgeSeconds: {
    anyOf: [
      { const: -1 },
      { type: 'integer', minimum: 60, maximum: limits.eventSourceMapping.maximumRecordAgeSeconds },
    ],
    'x-expected': '60–604800, or -1 for no limit',
    description:
      'Seconds after which a record is no longer tried: 60–604800, or -1 for no limit. Default: 86400.',
  },
  enabled: {
    type: 'boolean',
    description: 'Whether the event source mapping reads the stream. Default: true.',
  },
} as const satisfies Record<string, JSONSchema>;

/** Options of a target that `defaults` may set for all targets. */
const sharedTargetOptions = {
  region: { ...region, description: "The region of the target function. Default: the source's region." },
  invocation: {
    enum: ['event', 'request-response'],
    description:
      'event: queued at the target, up to 1 MB. request-response: waits for the result, in order, up to 6 MB. Default: event.',
  },
  onFailure: {
    enum: ['block'],
    description: 'block: the stream waits until the target has the batch, in strict order. Default: block.',
  },
} as const satisfies Record<string, JSONSchema>;

const target = {
  type: 'object',
  additionalProperties: false,
  required: ['function'],
  properties: {
    account: {
      ...accountReference,
      description: 'The target account: a name from `accounts`, or 12 digits in quotes.',
    },
    group: {
      type: 'string',
      'x-expected': 'a name from "groups"',
      description: 'A name from `groups`, in place of `account`: one target in each of its accounts.',
    },
    function: {
      type: 'string',
      pattern: '^[a-zA-Z0-9_-]{1,64}(:(\\$LATEST|[a-zA-Z0-9_-]{1,128}))?$',
      'x-expected': 'a function name, name:alias or name:version',
      description: 'The function to invoke: its name, name:alias or name:version.',
    },
    externalId: {
      type: 'string',
      pattern: '^[\\w+=,.@:/-]{2,1224}$',
      'x-expected': '2–1224 of letters, digits and _+=,.@:/-',
      description: "The external id that the target's role asks for. Default: <name>:<route>.",
    },
    ...sharedTargetOptions,
  },
} as const satisfies JSONSchema;

const route = {
  type: 'object',
  additionalProperties: false,
  required: ['stream', 'targets'],
  properties: {
    stream: {
      type: 'string',
      pattern: '^(arn:aws[a-z-]*:kinesis:[a-z0-9-]+:\\d{12}:stream/)?[a-zA-Z0-9_.-]{1,128}$',
      'x-expected': 'the name or ARN of a Kinesis stream',
      description: 'The Kinesis stream to read: its name, or its ARN in the source account and region.',
    },
    name: {
      type: 'string',
      pattern: '^[a-zA-Z0-9_.-]{1,128}$',
      'x-expected': '1–128 of letters, digits and _.-',
      description: "Names the route's stack and roles. Default: the stream's name.",
    },
    targets: {
      type: 'array',
      minItems: 1,
      items: target,
      description: 'The functions that get every record.',
    },
    ...sharedRouteOptions,
  },
} as const satisfies JSONSchema;

export const routesSchema = {
  $schema: 'http://json-schema.org/draft-07/schema#',
  title: 'xacct routes',
  type: 'object',
  additionalProperties: false,
  required: ['source', 'routes'],
  properties: {
    name: {
      type: 'string',
      pattern: '^(?!aws|ssm)[a-z][a-z0-9-]{0,19}$',
      'x-expected': 'a lower-case letter, then at most 19 of a-z, 0-9 and -, not starting with aws or ssm',
      description: 'Prefix of every resource; one per source account and region. Default: xacct.',
    },
    source: {
      type: 'object',
      additionalProperties: false,
      required: ['account', 'region'],
      properties: {
        account: { ...accountId, description: 'The account that owns the streams.' },
        region: { ...region, description: 'The region of the streams.' },
      },
      description: 'Where the streams and the forwarders are.',
    },
    accounts: {
      type: 'object',
      propertyNames: definedName,
      additionalProperties: accountId,
      description: 'Names for target accounts.',
    },
    groups: {
      type: 'object',
      propertyNames: definedName,
      additionalProperties: { type: 'array', minItems: 1, items: accountReference },
      description: 'Names for sets of accounts, each a name from `accounts` or 12 digits in quotes.',
    },
    defaults: {
      type: 'object',
      additionalProperties: false,
      properties: { ...sharedRouteOptions, ...sharedTargetOptions },
      description: 'Any of these options for all routes and targets that do not set it themselves.',
    },
    forwarders: {
      type: 'object',
      propertyNames: forwarderName,
      additionalProperties: {
        type: 'object',
        additionalProperties: false,
        properties: {
          memoryMB: {
            type: 'integer',
            minimum: 128,
            maximum: limits.lambda.memoryMB,
            description: 'Memory of the function in MB: 128–10240. Default: 512.',
          },
          timeoutSeconds: {
            type: 'integer',
            minimum: 10,
            maximum: limits.lambda.timeoutSeconds,
            description: 'Seconds that one batch may take: 10–900. Default: 60.',
          },
        },
      },
      description: 'Settings of forwarders, by name.',
    },
    routes: { type: 'array', minItems: 1, items: route, description: 'One entry for each stream to route.' },
  },
} as const satisfies JSONSchema;

/** A routes.yaml as written, once its shape is known to be right. */
export type RoutesFile = FromExtendedSchema<Annotations, typeof routesSchema>;
export type RouteEntry = RoutesFile['routes'][number];
export type TargetEntry = RouteEntry['targets'][number];
