import type { JSONSchema } from './annotations.ts';
import { sharedRouteOptions } from './route-options.ts';
import { sharedTargetOptions, target } from './target-options.ts';

/** An entry of `routes`. */
export const route = {
  type: 'object',
  additionalProperties: false,
  required: ['stream', 'targets'],
  properties: {
    stream: {
      type: 'string',
      pattern:
        '^((arn:aws[a-z-]*:kinesis:[a-z0-9-]+:\\d{12}:stream/)?[a-zA-Z0-9_.-]{1,128}|arn:aws[a-z-]*:dynamodb:[a-z0-9-]+:\\d{12}:table/[a-zA-Z0-9_.-]{3,255}/stream/[0-9T:.-]+)$',
      'x-expected': 'the name or ARN of a Kinesis stream, or the ARN of a DynamoDB stream',
      description: 'The stream to read: a Kinesis stream by name or ARN, or a DynamoDB stream by ARN.',
    },
    name: {
      type: 'string',
      pattern: '^[a-zA-Z0-9_.-]{1,128}$',
      'x-expected': '1–128 of letters, digits and _.-',
      'x-default': "the stream's name",
      description: 'The name of the route, used in the names of its stack and roles.',
    },
    targets: {
      type: 'array',
      minItems: 1,
      items: target,
      'x-expected': 'a list of targets',
      description: 'The functions that receive the records.',
    },
    startingTimestamp: {
      type: 'string',
      pattern: '^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d(:\\d\\d(\\.\\d+)?)?(Z|[+-]\\d\\d:\\d\\d)$',
      'x-expected': 'a time such as 2026-11-22T08:00:00Z',
      'x-default': 'determined by `deploy`',
      description: 'The start time for `startingPosition: AT_TIMESTAMP`.',
    },
    ...sharedRouteOptions,
    ...sharedTargetOptions,
  },
} as const satisfies JSONSchema;
