import * as limits from '../limits/aws-limits.ts';
import type { JSONSchema } from './annotations.ts';

/** The settings of a forwarder. */
export const forwarder = {
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
            'x-expected': 'the ID of a subnet, such as subnet-0123456789abcdef0',
          },
          'x-expected': `1–${limits.lambda.subnets} IDs of subnets, each once`,
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
            'x-expected': 'the ID of a security group, such as sg-0123456789abcdef0',
          },
          'x-expected': `1–${limits.lambda.securityGroups} IDs of security groups, each once`,
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
