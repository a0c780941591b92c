import type { FromExtendedSchema } from 'json-schema-to-ts';
import { serviceNames } from './known-services.ts';

const DAY_SECONDS = 86_400;
const HOUR_MS = 3_600_000;

const rate = { type: 'number', minimum: 0, maximum: 1, 'x-expected': 'a number, 0–1' } as const;
const seconds = {
  type: 'number',
  minimum: 0,
  maximum: DAY_SECONDS,
  'x-expected': `seconds, 0–${DAY_SECONDS}`,
} as const;
const milliseconds = { type: 'number', minimum: 0, maximum: HOUR_MS } as const;

const rule = {
  type: 'object',
  additionalProperties: false,
  properties: {
    name: {
      type: 'string',
      pattern: '^.{1,64}$',
      'x-expected': '1–64 characters',
      description: 'What the rule is called where its faults are counted.',
    },
    service: {
      enum: serviceNames,
      description: 'The service that is called.',
    },
    operation: { type: 'string', description: "The service's operation, e.g. `AssumeRole`." },
    account: {
      type: 'string',
      pattern: '^\\d{12}$',
      'x-expected': 'a 12-digit account ID in quotes',
      description: 'The account that is called into: of the role, the function, the queue or the stream.',
    },
    region: {
      type: 'string',
      pattern: '^[a-z]{2}(-[a-z]+)+-\\d$',
      'x-expected': 'a region such as us-west-2',
      description: 'The region that is called.',
    },
    function: {
      type: 'string',
      pattern: '^[a-zA-Z0-9_-]{1,64}$',
      'x-expected': 'the name of a function, without alias or version',
      description: 'The function that is invoked.',
    },
    fromSeconds: { ...seconds, description: 'When the rule begins, counted from the start.' },
    toSeconds: { ...seconds, description: 'When the rule ends, counted from the start.' },
    rate: { ...rate, description: 'How often the rule applies, of all calls that it selects.' },
    error: { type: 'string', description: "The service's error that is answered, by its name." },
    throttle: { ...rate, description: "How often the service's own error for too many calls is answered." },
    outage: {
      enum: [true],
      description: "Every call is answered by the service's own error for being out of order.",
    },
    latencyMs: {
      anyOf: [
        milliseconds,
        {
          type: 'object',
          additionalProperties: false,
          required: ['p50', 'p99'],
          properties: {
            p50: { ...milliseconds, minimum: 1 },
            p99: { ...milliseconds, minimum: 1 },
          },
        },
      ],
      'x-expected': `0–${HOUR_MS}, or { p50: …, p99: … } of a log-normal distribution`,
      description: 'How much later a call is handled.',
    },
    hang: { enum: [true], description: 'The call is never answered, and has no effect.' },
    reset: {
      enum: ['request', 'answer'],
      description:
        'The connection is reset before the call has an effect, or after it, so that the answer is lost.',
    },
    duplicate: {
      enum: ['batch', 'event', 'message'],
      description:
        "What is delivered twice: a batch of an event source mapping, an asynchronous invocation's event, or a message of a queue.",
    },
    kill: {
      enum: [true],
      description: 'The process of the execution environment is killed during the invocation.',
    },
  },
} as const;

/** A file of faults. Its types and its validator follow from here. */
export const faultsSchema = {
  $schema: 'http://json-schema.org/draft-07/schema#',
  type: 'object',
  additionalProperties: false,
  required: ['rules'],
  properties: {
    seed: {
      type: 'integer',
      minimum: 0,
      maximum: 4_294_967_295,
      description: 'What all draws follow from.',
    },
    rules: {
      type: 'array',
      minItems: 1,
      items: rule,
      'x-expected': 'a list of rules',
      description: 'Which calls fail, and how.',
    },
  },
} as const;

/** A file of faults as written, once its shape is known to be right. */
export type FaultsFile = FromExtendedSchema<{ 'x-expected': string }, typeof faultsSchema>;
export type RuleEntry = FaultsFile['rules'][number];
