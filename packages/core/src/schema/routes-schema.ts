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
      description: "Names the route's stack and roles.",
    },
    targets: {
      type: 'array',
      minItems: 1,
      items: target,
      'x-expected': 'a list of targets',
      description: 'The functions that get every record.',
    },
    startingTimestamp: {
      type: 'string',
      pattern: '^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d(:\\d\\d(\\.\\d+)?)?(Z|[+-]\\d\\d:\\d\\d)$',
      'x-expected': 'a time such as 2026-11-22T08:00:00Z',
      'x-default': 'found out by `deploy`',
      description: 'The time of `startingPosition: AT_TIMESTAMP`.',
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
      description: 'Memory of the function.',
    },
    timeoutSeconds: {
      type: 'integer',
      minimum: 10,
      maximum: limits.lambda.timeoutSeconds,
      default: 60,
      'x-unit': 's',
      description: 'How long one batch may take.',
    },
    reservedConcurrency: {
      type: 'integer',
      minimum: 1,
      maximum: limits.lambda.reservedConcurrency,
      'x-default': 'none reserved',
      description: "Invocations at once that are kept for this function, out of the account's.",
    },
    assumeRoles: {
      type: 'string',
      enum: ['listed', 'organization'],
      default: 'listed',
      description:
        'Which roles the forwarder may assume: those of its routes by their ARNs, or by the pattern of their names in all of the organization, which holds beyond 1,000 roles.',
    },
    tracing: {
      type: 'boolean',
      default: false,
      description: 'Whether invocations are traced with AWS X-Ray.',
    },
    metrics: {
      type: 'string',
      enum: ['target', 'route'],
      default: 'target',
      description:
        'What is counted: each target and its route, or the route only, which takes one line of log a batch however many targets there are.',
    },
    logLevel: {
      type: 'string',
      enum: ['info', 'warn', 'error'],
      default: 'info',
      description: 'The least severe log lines that are written.',
    },
    logRetentionDays: {
      enum: limits.logs.retentionDays,
      default: 30,
      'x-unit': 'd',
      description: 'How long CloudWatch Logs keeps the log.',
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
          description: 'The subnets of one VPC in which the function gets its network interfaces.',
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
      description: 'The network of the function; without it, one of AWS.',
    },
    codeSigning: {
      type: 'string',
      pattern: '^arn:aws[a-z-]*:lambda:[a-z0-9-]+:\\d{12}:code-signing-config:csc-[a-z0-9]{17}$',
      'x-expected': 'the ARN of a code signing configuration',
      'x-default': 'none',
      description: 'The code signing configuration of the function: whose signatures its code has to have.',
    },
  },
} as const satisfies JSONSchema;

const account = {
  type: 'object',
  additionalProperties: false,
  required: ['id'],
  properties: {
    id: { ...accountId, description: 'The id of the account.' },
    region: {
      ...region,
      'x-default': "the source's",
      description:
        'The region in which the stack of the roles is deployed, and in which functions are that name no other.',
    },
  },
} as const satisfies JSONSchema;

/** The one schema of routes.yaml: types, validation, the editors' completion and the docs' tables follow from it. */
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
      description: 'Prefix of every resource; another one for each further source account or region.',
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
          description: 'The organization that the forwarder must be in for targets to trust it.',
        },
        permissionsBoundary: {
          type: 'string',
          pattern: '^(arn:aws[a-z-]*:iam::(aws|\\d{12}):policy/)?([\\w+=,.@-]+/)*[\\w+=,.@-]{1,128}$',
          'x-expected': 'the name of a managed policy that each account has, or the ARN of one',
          'x-default': 'no boundary',
          description:
            'The permissions boundary of every role that is made: by name, the policy of that name in the account of the role.',
        },
      },
      description: 'Where the streams and the forwarders are.',
    },
    accounts: {
      type: 'object',
      propertyNames: definedName,
      additionalProperties: { anyOf: [accountId, account] },
      description:
        'Names for target accounts: an id each, or a mapping with the id and the region in which the account works.',
    },
    groups: {
      type: 'object',
      propertyNames: definedName,
      additionalProperties: { type: 'array', minItems: 1, items: accountOrGroup },
      description:
        'Names for sets of accounts, each a name from `accounts` or `groups`, or 12 digits in quotes.',
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
      additionalProperties: forwarder,
      description: 'Settings of forwarders, by name.',
    },
    rolePath: {
      type: 'string',
      pattern: '^(?=.{1,512}$)/([\\w+=,.@-]+/)*$',
      default: '/',
      'x-expected':
        'a path of up to 512 characters that begins and ends with a slash, such as /teams/streams/',
      description: "The IAM path of the roles in target accounts. The forwarders' own roles have none.",
    },
    alarmActions: {
      ...alarmTopics,
      description:
        'SNS topics that get every alarm when it is raised; with them each route has two more alarms.',
    },
    okActions: { ...alarmTopics, description: 'SNS topics that get every alarm when it is over.' },
    bootstrap: {
      type: 'object',
      additionalProperties: false,
      properties: {
        qualifier: {
          type: 'string',
          pattern: '^[a-z0-9-]{1,10}$',
          default: DEFAULT_QUALIFIER,
          'x-expected': '1–10 of a-z, 0-9 and -',
          description: "The qualifier with which the CDK's bootstrap stack was made, in every account.",
        },
      },
      description: 'How the accounts are bootstrapped.',
    },
    encryption: {
      type: 'object',
      additionalProperties: false,
      required: ['kmsKey'],
      properties: {
        kmsKey: {
          ...kmsKey,
          description:
            "The customer managed key for the routes' queues, and for the forwarders' failure buckets and logs.",
        },
      },
      description:
        'What encrypts the copies of records, and logs; without it AWS does, with keys of its own.',
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
      description: 'Tags of your own for every resource that takes any, and for the stacks.',
    },
    routes: {
      type: 'array',
      minItems: 1,
      items: route,
      'x-expected': 'a list of routes',
      description: 'One entry for each stream to route.',
    },
  },
} as const satisfies JSONSchema;

/** A routes.yaml as written, once its shape is known to be right. */
export type RoutesFile = FromExtendedSchema<
  Annotations,
  typeof routesSchema,
  { keepDefaultedPropertiesOptional: true }
>;
export type RouteEntry = RoutesFile['routes'][number];
export type TargetEntry = RouteEntry['targets'][number];
export type ForwarderEntry = NonNullable<RoutesFile['forwarders']>[string];
