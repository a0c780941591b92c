import { leastRouteSeconds } from '../limits/agreed-times.ts';

/** Something that AWS limits and that grows with a routes file. */
export interface Limited {
  title: string;
  unit: string;
  /** The quota's code in Service Quotas, where it can be raised there, and where AWS documents it. */
  source: { quota?: string; link: string };
  /** What to do when it is tight. */
  wayOut: string;
}

const IAM = 'https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html';
const CLOUDFORMATION =
  'https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html';
const KINESIS = 'https://docs.aws.amazon.com/streams/latest/dev/service-sizes-and-limits.html';
const LAMBDA = 'https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html';
const SSM = 'https://docs.aws.amazon.com/general/latest/gr/ssm.html';

export const limited = {
  'execution-role-policies': {
    title: "fullest policy of a forwarder's execution role",
    unit: 'characters',
    source: { quota: 'L-0DA4ABF3', link: IAM },
    wayOut: 'name another "forwarder" for some routes, or let it have "assumeRoles: organization"',
  },
  'route-role-policy': {
    title: "inline policy of a route's role",
    unit: 'characters',
    source: { link: IAM },
    wayOut: 'move some functions to a second route, with another "name" and "forwarder"',
  },
  roles: {
    title: 'roles of an account',
    unit: 'roles',
    source: { quota: 'L-FE177D64', link: IAM },
    wayOut: 'raise the quota, or name an existing "role" for some targets',
  },
  'target-stack-resources': {
    title: "resources of a target account's stack",
    unit: 'resources',
    source: { link: CLOUDFORMATION },
    wayOut: 'name an existing "role" for some targets, or write a second file with another "name"',
  },
  'target-stack-template': {
    title: "template of a target account's stack, about",
    unit: 'bytes',
    source: { link: CLOUDFORMATION },
    wayOut: 'name another "forwarder" for some routes',
  },
  'route-stack-resources': {
    title: "resources of a route's stack",
    unit: 'resources',
    source: { link: CLOUDFORMATION },
    wayOut: 'move some targets to a second route, with another "name" and "forwarder"',
  },
  'route-stack-template': {
    title: "template of a route's stack, about",
    unit: 'bytes',
    source: { link: CLOUDFORMATION },
    wayOut: 'move some targets to a second route, with another "name" and "forwarder"',
  },
  stacks: {
    title: 'stacks of the source account',
    unit: 'stacks',
    source: { quota: 'L-0485CB21', link: CLOUDFORMATION },
    wayOut: 'raise the quota, or use another source account or region',
  },
  parameters: {
    title: 'parameters of the source account',
    unit: 'parameters',
    source: { link: SSM },
    wayOut: 'use another source account or region',
  },
  'parameter-reads': {
    title: `GetParameters calls, ten parameters each, all in ${leastRouteSeconds} s by each environment`,
    unit: 'calls/s',
    source: {
      link: 'https://docs.aws.amazon.com/systems-manager/latest/userguide/parameter-store-throughput.html',
    },
    wayOut: "switch on Parameter Store's higher throughput",
  },
  'sts-calls': {
    title: 'AssumeRole calls, once for each role and environment in 55 minutes',
    unit: 'calls/s',
    source: { link: IAM },
    wayOut: 'raise the quota, or have fewer environments: larger batches, a smaller parallelizationFactor',
  },
  'shard-reads': {
    title: 'GetRecords calls on a shard by standard readers',
    unit: 'calls/s',
    source: { link: KINESIS },
    wayOut: 'set "enhancedFanOut" for some of its routes',
  },
  'shard-throughput': {
    title: 'reads of a shard that is written at its full 1 MiB/s',
    unit: 'MiB/s',
    source: { link: KINESIS },
    wayOut: 'set "enhancedFanOut" for some of its routes',
  },
  consumers: {
    title: 'consumers of a stream with enhanced fan-out',
    unit: 'consumers',
    source: { link: KINESIS },
    wayOut: 'add targets to one route in place of further routes of the stream',
  },
  'table-stream-readers': {
    title: 'readers of a DynamoDB stream',
    unit: 'readers',
    source: { link: 'https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Streams.html' },
    wayOut: 'add targets to one route in place of further routes of the table',
  },
  filters: {
    title: 'filters of an event source mapping',
    unit: 'filters',
    source: { link: 'https://docs.aws.amazon.com/lambda/latest/dg/invocation-eventfiltering.html' },
    wayOut: 'ask AWS for up to 10, or filter by the "filter" of the targets',
  },
  concurrency: {
    title: 'invocations at once in the source account',
    unit: 'invocations',
    source: { quota: 'L-B99A9384', link: LAMBDA },
    wayOut: 'raise the quota, or lower parallelizationFactor',
  },
  'reserved-concurrency': {
    title: 'invocations at once of a forwarder with reservedConcurrency',
    unit: 'invocations',
    source: { link: 'https://docs.aws.amazon.com/lambda/latest/dg/configuration-concurrency.html' },
    wayOut: 'raise its reservedConcurrency, or lower parallelizationFactor',
  },
  'all-reserved-concurrency': {
    title: 'reserved concurrency of all forwarders',
    unit: 'invocations',
    source: { quota: 'L-B99A9384', link: LAMBDA },
    wayOut: 'raise the quota of concurrent executions, or reserve less',
  },
} as const satisfies Record<string, Limited>;

/** The name of a limit, as `xacct limits --json` prints it. */
export type LimitedName = keyof typeof limited;

/** How much of a limit is used in one place. */
export interface Use {
  /** Which limit. */
  limit: LimitedName;
  /** The stack, role, stream or account, by name. */
  where: string;
  /** In the unit of the limit. */
  used: number;
  /** In the same unit: AWS's default. */
  allowed: number;
}
