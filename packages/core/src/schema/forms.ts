import * as limits from '../limits/aws-limits.ts';

/** Forms of single values that several options share. */

export const accountId = {
  type: 'string',
  pattern: '^\\d{12}$',
  'x-expected': 'a 12-digit account ID in quotes',
} as const;

export const accountOrGroup = {
  type: 'string',
  'x-expected': 'a name from "accounts" or "groups", or 12 digits in quotes',
} as const;

export const region = {
  type: 'string',
  pattern: '^(?!us-iso)(us|eu|ap|sa|ca|me|af|il|mx|cn)(-[a-z]+)+-\\d$',
  'x-expected': 'a region such as us-west-2',
} as const;

export const kmsKey = {
  type: 'string',
  pattern: '^(arn:aws[a-z-]*:kms:[a-z0-9-]+:\\d{12}:key/)?(mrk-)?[a-f0-9-]{32,36}$',
  'x-expected': 'the ID or ARN of a KMS key',
} as const;

/** Topics that an alarm notifies; CloudWatch accepts no FIFO topic. */
export const alarmTopics = {
  type: 'array',
  maxItems: limits.cloudWatch.alarmActions,
  uniqueItems: true,
  items: {
    type: 'string',
    pattern: '^arn:aws[a-z-]*:sns:[a-z0-9-]+:\\d{12}:[a-zA-Z0-9_-]{1,256}$',
    'x-expected': 'the ARN of a topic of SNS',
  },
  'x-expected': `up to ${limits.cloudWatch.alarmActions} ARNs of topics, each once`,
} as const;

export const forwarderName = {
  pattern: '^[a-z][a-z0-9-]{0,29}$',
  'x-expected': 'a lower-case letter, then at most 29 of a-z, 0-9 and -',
} as const;

export const definedName = {
  pattern: '^[a-zA-Z][a-zA-Z0-9_-]{0,63}$',
  'x-expected': 'a letter, then at most 63 of letters, digits, _ and -',
} as const;

/** `checkFilterPattern` checks its content, by rules that JSON Schema cannot express. */
export const filterPattern = {
  type: 'object',
  'x-expected': 'a filter pattern such as { data: { type: [order] } }',
} as const;
