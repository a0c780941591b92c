import { mostSendingSeconds } from '../limits/sending-time.ts';
import type { JSONSchema, Properties } from './annotations.ts';
import { filterPattern, region } from './forms.ts';

/** Options of a target that its route or `defaults` may set for all targets. */
export const sharedTargetOptions = {
  region: {
    ...region,
    'x-default': "the account's, or else the source's",
    description: 'The region of the target function.',
  },
  invocation: {
    enum: ['event', 'request-response'],
    default: 'event',
    description:
      'event: Lambda queues the records at the target, up to 1 MB in one call. request-response: the forwarder waits for the result, in order, up to 6 MB in one call.',
  },
  onFailure: {
    enum: ['park', 'block'],
    default: 'park',
    description:
      'park: failed records wait in a retry queue, and the stream goes on. block: the stream waits until the target accepts them, in strict order.',
  },
  timeoutSeconds: {
    type: 'integer',
    minimum: 1,
    maximum: mostSendingSeconds,
    'x-default': 'the `timeoutSeconds` of the forwarder less up to 11 s',
    'x-unit': 's',
    description:
      'The maximum time of one call of the function with `request-response`. An `event` is queued within 10 s.',
  },
  hasFailureDestination: {
    type: 'boolean',
    default: false,
    description:
      'Whether the function has its own on-failure destination or dead-letter queue. Without one, Lambda drops an `event` after two retries. This option only turns off the warning about that.',
  },
  filter: {
    ...filterPattern,
    'x-default': 'none',
    description: 'The target gets only records that match this pattern.',
  },
} as const satisfies Properties;

export const target = {
  type: 'object',
  additionalProperties: false,
  required: ['function'],
  properties: {
    account: {
      type: 'string',
      'x-expected': 'a name from "accounts", or 12 digits in quotes',
      description: 'The target account: a name from `accounts`, or 12 digits in quotes.',
    },
    group: {
      type: 'string',
      'x-expected': 'a name from "groups"',
      description: 'A name from `groups`, instead of `account`: one target in each account of the group.',
    },
    function: {
      type: 'string',
      pattern:
        '^(arn:aws[a-z-]*:lambda:[a-z0-9-]+:\\d{12}:function:)?[a-zA-Z0-9_-]{1,64}(:(\\$LATEST|[a-zA-Z0-9_-]{1,128}))?$',
      'x-expected': 'a function name, name:alias, name:version or ARN',
      description: 'The function to invoke: its name, name:alias, name:version or ARN.',
    },
    externalId: {
      type: 'string',
      pattern: '^[\\w+=,.@:/-]{2,1224}$',
      'x-expected': '2–1224 of letters, digits and _+=,.@:/-',
      'x-default': '<name>:<route>',
      description:
        "The external ID that the target's role requires. All targets of a route in one account have the same.",
    },
    role: {
      type: 'string',
      pattern: '^arn:aws[a-z-]*:iam::\\d{12}:role/([\\w+=,.@/-]*/)?[\\w+=,.@-]{1,64}$',
      'x-expected': 'the ARN of a role',
      'x-default': 'generated for the route',
      description: 'An existing role of the target account to assume instead of a generated one.',
    },
    replaces: {
      type: 'array',
      minItems: 1,
      items: {
        type: 'string',
        pattern:
          '^(arn:aws[a-z-]*:lambda:[a-z0-9-]+:\\d{12}:function:|([a-zA-Z][a-zA-Z0-9_-]{0,63}|\\d{12})/)?[a-zA-Z0-9_-]{1,64}(:(\\$LATEST|[a-zA-Z0-9_-]{1,128}))?$',
        'x-expected': 'a function name, account/function or ARN',
      },
      'x-expected': 'a list of functions, each a name, account/function or ARN',
      'x-default': 'none',
      description:
        'Earlier targets of the route: records that are parked for them go to this function. A name without an account means the same account and region.',
    },
    paused: {
      anyOf: [{ type: 'boolean' }, { type: 'array', minItems: 1, items: { type: 'string' } }],
      default: false,
      'x-expected': 'true, false, or a list of accounts of the group',
      description:
        'Whether the target gets no records for now: they are kept in the failure bucket until it is resumed (`xacct resume`). For a target with a `group`, a list of accounts pauses only those.',
    },
    ...sharedTargetOptions,
  },
} as const satisfies JSONSchema;
