import type { Forwarder } from '../model/forwarder.ts';
import type { Named, Route, Routes, Source } from '../model/routes.ts';
import { writeArn } from '../names/arn.ts';
import { generatedRolePattern } from '../names/generated-role.ts';
import { namesOf } from '../names/names.ts';
import { WAITING_PREFIX } from '../names/object-prefixes.ts';
import { bucketArn, functionArn, parameterArn, queueArn } from '../names/resource-arns.ts';
import { parametersOf } from '../wire/parameters-of.ts';

/** One resource that a forwarder's execution role may act on, by the statement with the allowed actions. */
export interface Grant {
  /** The statement, which has the allowed actions. */
  sid: keyof typeof STATEMENTS;
  /** ARN or pattern. */
  resource: string;
}

/** All that a forwarder's role is allowed. */
export interface ForwarderGrants {
  /** Once for all routes. */
  fixed: readonly Grant[];
  /** What grows with the routes; several of them may ask for the same. */
  spread: readonly Grant[];
}

interface Allowed {
  actions: readonly string[];
  condition?: (source: Source) => Record<string, Record<string, string | readonly string[]>>;
}

/**
 * What Lambda does with the role before it runs the function carries no ARN of a function, and what the function's code does
 * has one. https://docs.aws.amazon.com/lambda/latest/dg/permissions-source-function-arn.html
 */
function notByCode(source: Source) {
  return { ArnNotLike: { 'lambda:SourceFunctionArn': functionArn(source, '*') } };
}

/** The statements of an execution role, in the order of a policy. */
export const STATEMENTS = {
  AssumeRoutedRoles: { actions: ['sts:AssumeRole'] },
  /** Without an organization the condition matches no role. */
  AssumeRolesOfOrganization: {
    actions: ['sts:AssumeRole'],
    condition: ({ organizationId = '' }) => ({ StringEquals: { 'aws:ResourceOrgID': organizationId } }),
  },
  ReadRoutes: { actions: ['ssm:GetParameters'] },
  ReadStreams: {
    actions: [
      'kinesis:DescribeStream',
      'kinesis:DescribeStreamSummary',
      'kinesis:GetRecords',
      'kinesis:GetShardIterator',
      'kinesis:ListShards',
    ],
  },
  ReadTableStreams: {
    actions: ['dynamodb:DescribeStream', 'dynamodb:GetRecords', 'dynamodb:GetShardIterator'],
  },
  SubscribeAsConsumer: { actions: ['kinesis:SubscribeToShard', 'kinesis:DescribeStreamConsumer'] },
  DecryptStreams: {
    actions: ['kms:Decrypt'],
    condition: ({ region }) => ({ StringEquals: { 'kms:ViaService': `kinesis.${region}.amazonaws.com` } }),
  },
  DecryptTableStreams: {
    actions: ['kms:Decrypt'],
    condition: ({ region }) => ({ StringEquals: { 'kms:ViaService': `dynamodb.${region}.amazonaws.com` } }),
  },
  /**
   * Sending to SQS needs both actions, and receiving needs `Decrypt`. Writing to S3 needs `GenerateDataKey`, reading `Decrypt`.
   * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-key-management.html
   */
  UseEncryptionKey: {
    actions: ['kms:Decrypt', 'kms:GenerateDataKey'],
    condition: ({ region }) => ({
      StringEquals: { 'kms:ViaService': [`s3.${region}.amazonaws.com`, `sqs.${region}.amazonaws.com`] },
    }),
  },
  /** Lambda refuses a mapping whose role has not got these: https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html */
  PollRetryQueues: { actions: ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes'] },
  KeepFailedBatches: { actions: ['s3:PutObject'] },
  /** Only objects whose records wait to be sent again. */
  SendAgainFromBucket: { actions: ['s3:GetObject', 's3:DeleteObject'] },
  /** Lambda requires it. With it, S3 reports a missing object as missing instead of denying access. */
  FindFailureBucket: { actions: ['s3:ListBucket'] },
  /** A listing, which names no resource. */
  ListTableStreams: { actions: ['dynamodb:ListStreams'] },
  /** X-Ray has no resources to name: its documentation asks for `*`. */
  WriteTraces: { actions: ['xray:PutTraceSegments', 'xray:PutTelemetryRecords'] },
  /** Lambda's documentation asks for these on all resources of EC2 in the account. */
  ManageNetworkInterfaces: {
    actions: [
      'ec2:AssignPrivateIpAddresses',
      'ec2:CreateNetworkInterface',
      'ec2:DeleteNetworkInterface',
      'ec2:UnassignPrivateIpAddresses',
    ],
    condition: notByCode,
  },
  /** Listings, which name no resource. */
  ListNetworkInterfaces: {
    actions: ['ec2:DescribeNetworkInterfaces', 'ec2:DescribeSubnets'],
    condition: notByCode,
  },
  WriteLogs: { actions: ['logs:CreateLogStream', 'logs:PutLogEvents'] },
} as const satisfies Record<string, Allowed>;

/** Statements of which each route brings resources of its own. */
const SPREAD: ReadonlySet<Grant['sid']> = new Set([
  'AssumeRoutedRoles',
  'ReadRoutes',
  'ReadStreams',
  'ReadTableStreams',
  'SubscribeAsConsumer',
  'DecryptStreams',
  'PollRetryQueues',
]);

export function growsWithRoutes({ sid }: Grant): boolean {
  return SPREAD.has(sid);
}

/** Whether a statement of a deployed policy is one that this version writes. */
export function isGrant(grant: { sid: string; resource: string }): grant is Grant {
  return Object.hasOwn(STATEMENTS, grant.sid);
}

export function grantsOfForwarder(routes: Routes, forwarder: Forwarder): ForwarderGrants {
  const routed = routes.routes.filter((route) => route.forwarder === forwarder.name);
  return {
    fixed: forwarderGrants(routes, forwarder),
    spread: routed.flatMap((route) => routeGrants(routes, forwarder, route)),
  };
}

/** What a forwarder's role may do whatever its routes are, and once for all of them. */
export function forwarderGrants(written: Routes, forwarder: Forwarder): Grant[] {
  const { source, routes } = written;
  const names = namesOf(written).forwarder(forwarder.name);
  const bucket = bucketArn(source, names.failureBucket);
  const logGroup = writeArn('logs', source, `log-group:${names.logGroup}`);
  const readsTables = routes.some(
    (route) => route.forwarder === forwarder.name && route.stream.service === 'dynamodb',
  );
  const ofOrganization = forwarder.assumeRoles === 'organization' && generatedRolePattern(written, '*');
  return [
    ...allow('AssumeRolesOfOrganization', ofOrganization),
    ...allow('UseEncryptionKey', written.encryptionKeyArn),
    ...allow('KeepFailedBatches', `${bucket}/*`),
    ...allow('SendAgainFromBucket', `${bucket}/${WAITING_PREFIX}*`),
    ...allow('FindFailureBucket', bucket),
    ...allow('ListTableStreams', readsTables && '*'),
    ...allow('ManageNetworkInterfaces', forwarder.vpc && writeArn('ec2', source, '*/*')),
    ...allow('ListNetworkInterfaces', forwarder.vpc && '*'),
    ...allow('WriteTraces', forwarder.tracing && '*'),
    // The streams in the group.
    ...allow('WriteLogs', `${logGroup}:*`),
  ];
}

/** What a forwarder's role has to be allowed for a route. */
export function routeGrants(routes: Named, forwarder: Forwarder, route: Route): Grant[] {
  const { source } = routes;
  const { stream, enhancedFanOut, kmsKeyArn } = route;
  const isKinesis = stream.service === 'kinesis';
  const parameters = parametersOf(routes, route).map((parameter) => parameterArn(source, parameter));
  return [
    ...allow('AssumeRoutedRoles', ...rolesByName(forwarder, route)),
    ...allow('ReadRoutes', ...parameters),
    ...allow(isKinesis ? 'ReadStreams' : 'ReadTableStreams', stream.arn),
    // The ARN of a consumer ends in the time of its registration.
    ...allow('SubscribeAsConsumer', enhancedFanOut && `${stream.arn}/consumer/*`),
    ...allow(isKinesis ? 'DecryptStreams' : 'DecryptTableStreams', kmsKeyArn),
    ...allow('PollRetryQueues', queueArn(source, namesOf(routes).route(route.name).retryQueue)),
  ];
}

/** Grants of one statement, for each resource that there is. */
function allow(sid: Grant['sid'], ...resources: (string | false | undefined)[]): Grant[] {
  return resources.flatMap((resource) => (typeof resource === 'string' ? { sid, resource } : []));
}

/** The owner of an existing role has named it, so no pattern matches it. */
function rolesByName({ assumeRoles }: Forwarder, { targets }: Route): string[] {
  return targets
    .filter(({ hasGeneratedRole }) => assumeRoles === 'listed' || !hasGeneratedRole)
    .map(({ roleArn }) => roleArn);
}
