import { mostSendingSeconds } from '../limits/sending-time.ts';
import type { JSONSchema, Properties } from './annotations.ts';
import { filterPattern, region } from './forms.ts';

/** Options of a target that its route, or `defaults`, may set for all targets. */
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
      'event: queued at the target, up to 1 MB at a time. request-response: waits for the result, in order, up to 6 MB.',
  },
  onFailure: {
    enum: ['park', 'block'],
    default: 'park',
    description:
      'park: failed records wait in a queue and the stream goes on. block: the stream waits until the target has them, in strict order.',
  },
  timeoutSeconds: {
    type: 'integer',
    minimum: 1,
    maximum: mostSendingSeconds,
    'x-default': 'what the forwarder has: its `timeoutSeconds` less up to 11 s',
    'x-unit': 's',
    description:
      'How long one call of the function may last, with `request-response`; an `event` is queued within 10 s.',
  },
  hasFailureDestination: {
    type: 'boolean',
    default: false,
    description:
      'Whether the function has an on-failure destination or a dead-letter queue of its own. Without one, Lambda drops an `event` after two retries; this option only silences the warning about it.',
  },
  filter: {
    ...filterPattern,
    'x-default': 'none',
    description: 'A pattern that a record has to match for this target.',
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
      description: 'A name from `groups`, in place of `account`: one target in each of its accounts.',
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
        "The external id that the target's role asks for; the same for all of a route's targets in one account.",
    },
    role: {
      type: 'string',
      pattern: '^arn:aws[a-z-]*:iam::\\d{12}:role/([\\w+=,.@/-]*/)?[\\w+=,.@-]{1,64}$',
      'x-expected': 'the ARN of a role',
      'x-default': 'made for the route',
      description: 'An existing role of the target account to assume, in place of the one that is made.',
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
        'Functions that were targets of the route before: what is parked for them goes to this one. A name alone is one of the same account and region.',
    },
    ...sharedTargetOptions,
  },
} as const satisfies JSONSchema;
