import type { FromExtendedSchema } from 'json-schema-to-ts';
import * as limits from '../limits/aws-limits.ts';
import { DEFAULT_QUALIFIER } from '../names/cdk-bootstrap.ts';
import { account, source } from './accounts.ts';
import type { Annotations, JSONSchema } from './annotations.ts';
import { accountId, accountOrGroup, alarmTopics, definedName, forwarderName, kmsKey } from './forms.ts';
import { forwarder } from './forwarder.ts';
import { route } from './route.ts';
import { sharedRouteOptions } from './route-options.ts';
import { sharedTargetOptions } from './target-options.ts';

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
    source,
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
