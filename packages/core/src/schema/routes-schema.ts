import type { FromExtendedSchema } from 'json-schema-to-ts';
import * as limits from '../limits/aws-limits.ts';
import { DEFAULT_QUALIFIER } from '../names/cdk-bootstrap.ts';
import type { Annotations, JSONSchema } from './annotations.ts';
import {
  accountId,
  accountOrGroup,
  alarmTopics,
  definedName,
  forwarderName,
  kmsKey,
  region,
} from './forms.ts';
import { sharedRouteOptions } from './route-options.ts';
import { sharedTargetOptions, target } from './target-options.ts';

const route = {
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

const forwarder = {
  type: 'object',
  additionalProperties: false,
  properties: {
    memoryMB: {
      type: 'integer',
      minimum: 128,
      maximum: limits.lambda.memoryMB,
      default: 512,
      'x-unit': 'MB',
      description: 'The memory of the function.',
    },
    timeoutSeconds: {
      type: 'integer',
      minimum: 10,
      maximum: limits.lambda.timeoutSeconds,
      default: 60,
      'x-unit': 's',
      description: 'The timeout of the function: the maximum time for one batch.',
    },
    reservedConcurrency: {
      type: 'integer',
      minimum: 1,
      maximum: limits.lambda.reservedConcurrency,
      'x-default': 'none reserved',
      description: 'Concurrent invocations of the account that are reserved for this function.',
    },
    assumeRoles: {
      type: 'string',
      enum: ['listed', 'organization'],
      default: 'listed',
      description:
        'Which roles the forwarder may assume. listed: the roles of its routes, by ARN. organization: all roles of the organization whose names match the pattern of route roles; needed for more than about 1,000 roles.',
    },
    tracing: {
      type: 'boolean',
      default: false,
      description: 'Whether AWS X-Ray traces invocations.',
    },
    metrics: {
      type: 'string',
      enum: ['target', 'route'],
      default: 'target',
      description:
        'What the metrics count. target: each target and its route. route: only the route, which writes one log line for each batch, for any number of targets.',
    },
    logLevel: {
      type: 'string',
      enum: ['info', 'warn', 'error'],
      default: 'info',
      description: 'The lowest severity of log lines that are written.',
    },
    logRetentionDays: {
      enum: limits.logs.retentionDays,
      default: 30,
      'x-unit': 'd',
      description: 'How long CloudWatch Logs keeps the log lines.',
    },
    vpc: {
      type: 'object',
      additionalProperties: false,
      required: ['subnets', 'securityGroups'],
      properties: {
        subnets: {
          type: 'array',
          minItems: 1,
          maxItems: limits.lambda.subnets,
          uniqueItems: true,
          items: {
            type: 'string',
            pattern: '^subnet-[0-9a-f]{8,17}$',
            'x-expected': 'the id of a subnet, such as subnet-0123456789abcdef0',
          },
          'x-expected': `1–${limits.lambda.subnets} ids of subnets, each once`,
          description: 'The subnets of one VPC in which the function has its network interfaces.',
        },
        securityGroups: {
          type: 'array',
          minItems: 1,
          maxItems: limits.lambda.securityGroups,
          uniqueItems: true,
          items: {
            type: 'string',
            pattern: '^sg-[0-9a-f]{8,17}$',
            'x-expected': 'the id of a security group, such as sg-0123456789abcdef0',
          },
          'x-expected': `1–${limits.lambda.securityGroups} ids of security groups, each once`,
          description: 'The security groups of these interfaces.',
        },
      },
      'x-expected': 'a mapping of `subnets` and `securityGroups`',
      description: 'The VPC of the function. Without it, the function runs in a network of AWS.',
    },
    codeSigning: {
      type: 'string',
      pattern: '^arn:aws[a-z-]*:lambda:[a-z0-9-]+:\\d{12}:code-signing-config:csc-[a-z0-9]{17}$',
      'x-expected': 'the ARN of a code signing configuration',
      'x-default': 'none',
      description:
        'The code signing configuration of the function, which names the signatures that its code needs.',
    },
  },
} as const satisfies JSONSchema;

const account = {
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

/** The only schema of routes.yaml. Types, validation, completion in editors and the tables in the docs are generated from it. */
export const routesSchema = {
  $schema: 'http://json-schema.org/draft-07/schema#',
  title: 'xacct routes',
  type: 'object',
  additionalProperties: false,
  required: ['source', 'routes'],
  properties: {
    name: {
      type: 'string',
      pattern: '^(?!aws|ssm|xn--|sthree-)[a-z][a-z0-9-]{0,19}$',
      default: 'xacct',
      'x-expected':
        'a lower-case letter, then at most 19 of a-z, 0-9 and -, not starting with aws, ssm, xn-- or sthree-',
      description:
        'The prefix of every resource name. Use a different one for each further source account or region.',
    },
    source: {
      type: 'object',
      additionalProperties: false,
      required: ['account', 'region'],
      properties: {
        account: { ...accountId, description: 'The account that owns the streams.' },
        region: { ...region, description: 'The region of the streams.' },
        organizationId: {
          type: 'string',
          pattern: '^o-[a-z0-9]{10,32}$',
          'x-expected': 'the id of an organization, such as o-a1b2c3d4e5',
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
    },
    accounts: {
      type: 'object',
      propertyNames: definedName,
      additionalProperties: { anyOf: [accountId, account] },
      description:
        'Names for target accounts. Each value is an account ID, or a mapping with the ID and the region of the account.',
    },
    groups: {
      type: 'object',
      propertyNames: definedName,
      additionalProperties: { type: 'array', minItems: 1, items: accountOrGroup },
      description:
        'Names for sets of accounts. Each item is a name from `accounts` or `groups`, or 12 digits in quotes.',
    },
    defaults: {
      type: 'object',
      additionalProperties: false,
      properties: { ...sharedRouteOptions, ...sharedTargetOptions },
      description: 'Options for all routes and targets that do not set them.',
    },
    forwarders: {
      type: 'object',
      propertyNames: forwarderName,
      additionalProperties: forwarder,
      description: 'Settings of forwarders, by name of the forwarder.',
    },
    rolePath: {
      type: 'string',
      pattern: '^(?=.{1,512}$)/([\\w+=,.@-]+/)*$',
      default: '/',
      'x-expected':
        'a path of up to 512 characters that begins and ends with a slash, such as /teams/streams/',
      description: "The IAM path of the roles in target accounts. The forwarders' own roles have no path.",
    },
    alarmActions: {
      ...alarmTopics,
      description:
        'SNS topics that every alarm notifies when it is raised. With this option, each route has two more alarms.',
    },
    okActions: { ...alarmTopics, description: 'SNS topics that every alarm notifies when it is over.' },
    bootstrap: {
      type: 'object',
      additionalProperties: false,
      properties: {
        qualifier: {
          type: 'string',
          pattern: '^[a-z0-9-]{1,10}$',
          default: DEFAULT_QUALIFIER,
          'x-expected': '1–10 of a-z, 0-9 and -',
          description: "The qualifier of the CDK's bootstrap stack in every account.",
        },
      },
      description: 'The bootstrap of the accounts.',
    },
    encryption: {
      type: 'object',
      additionalProperties: false,
      required: ['kmsKey'],
      properties: {
        kmsKey: {
          ...kmsKey,
          description:
            "The customer managed key that encrypts the routes' queues, and the forwarders' failure buckets and logs.",
        },
      },
      description:
        'The encryption of logs and of copies of records. Without it, AWS encrypts them with its own keys.',
    },
    tags: {
      type: 'object',
      propertyNames: {
        pattern: '^(?![aA][wW][sS]:|[xX][aA][cC][cC][tT]:)[\\p{L}\\p{N} _.:/=+@-]{1,128}$',
        'x-expected': '1–128 of letters, digits, spaces and _.:/=+-@, not starting with aws: or xacct:',
      },
      maxProperties: limits.tags.ofFile,
      additionalProperties: {
        type: 'string',
        pattern: '^[\\p{L}\\p{N} _.:/=+@-]{0,256}$',
        'x-expected': 'up to 256 of letters, digits, spaces and _.:/=+-@',
      },
      'x-expected': `up to ${limits.tags.ofFile} tags`,
      description: 'Your tags for the stacks and for every resource that supports tags.',
    },
    routes: {
      type: 'array',
      minItems: 1,
      items: route,
      'x-expected': 'a list of routes',
      description: 'The routes, one entry for each.',
    },
  },
} as const satisfies JSONSchema;

/** A routes.yaml as it is written, after its shape has been checked. */
export type RoutesFile = FromExtendedSchema<
  Annotations,
  typeof routesSchema,
  { keepDefaultedPropertiesOptional: true }
>;
export type RouteEntry = RoutesFile['routes'][number];
export type TargetEntry = RouteEntry['targets'][number];
export type ForwarderEntry = NonNullable<RoutesFile['forwarders']>[string];
