import type { JSONSchema } from './annotations.ts';
import { accountId, region } from './forms.ts';

/** Where the streams are. */
export const source = {
  type: 'object',
  additionalProperties: false,
  required: ['account', 'region'],
  properties: {
    account: { ...accountId, description: 'The account that owns the streams.' },
    region: { ...region, description: 'The region of the streams.' },
    organizationId: {
      type: 'string',
      pattern: '^o-[a-z0-9]{10,32}$',
      'x-expected': 'the ID of an organization, such as o-a1b2c3d4e5',
      'x-default': 'no condition',
      description: 'Targets trust the forwarder only while its account is in this organization.',
    },
    permissionsBoundary: {
      type: 'string',
      pattern: '^(arn:aws[a-z-]*:iam::(aws|\\d{12}):policy/)?([\\w+=,.@-]+/)*[\\w+=,.@-]{1,128}$',
      'x-expected': 'the name of a managed policy that each account has, or the ARN of one',
      'x-default': 'no boundary',
      description:
        'The permissions boundary of every role that xacct creates. A name means the policy of that name in the account of the role.',
    },
  },
  description: 'The account and region of the streams and the forwarders.',
} as const satisfies JSONSchema;

/** An account with more than its ID. */
export const account = {
  type: 'object',
  additionalProperties: false,
  required: ['id'],
  properties: {
    id: { ...accountId, description: 'The ID of the account.' },
    region: {
      ...region,
      'x-default': "the source's",
      description: 'The region of the stack with the roles, and of functions without a region of their own.',
    },
  },
} as const satisfies JSONSchema;
