import { partitionOf, writeArn } from '@xacct/core';
import { FILLED, integer, TEXT, TEXTS } from '../../endpoint/input.ts';
import { jsonProtocol } from '../../endpoint/json-protocol.ts';
import { type Call, operation, type ServiceDefinition } from '../../endpoint/service.ts';
import { AwsError } from '../../shared/aws-error.ts';
import { pageOf } from '../../shared/page.ts';
import { compileFilterPattern } from './filter-pattern.ts';
import type { LogGroup, LogPlace, Logs } from './logs.ts';

type Caller = Pick<Call, 'principal' | 'region'>;

const EVENTS_A_PAGE = 10_000;
const GROUPS_A_PAGE = 50;
/** Epoch ms. */
const TIME = { type: 'integer', minimum: 0, maximum: Number.MAX_SAFE_INTEGER } as const;
const logsProtocol = jsonProtocol('Logs_20140328', '1.1');

/** CloudWatch Logs: reading what functions wrote. */
export const cloudwatchLogs: ServiceDefinition<'logs', Logs> = {
  name: 'logs',
  protocol: logsProtocol,
  accessDenied: { code: 'AccessDeniedException', status: 400 },
  operations: {
    DescribeLogGroups: operation({
      input: {
        properties: { logGroupNamePrefix: FILLED, limit: integer(1, GROUPS_A_PAGE), nextToken: TEXT },
      },
      action: 'logs:DescribeLogGroups',
      resource: (_, caller) => groupArn('', caller),
      handle(call, { logGroupNamePrefix = '', limit = GROUPS_A_PAGE, nextToken }, logs) {
        call.authorize(call.resource);
        const found = logs.list(placeOf(call)).filter(({ name }) => name.startsWith(logGroupNamePrefix));
        const { items, next } = pageOf(found, limit, nextToken, invalidToken);
        return { logGroups: items.map((group) => describe(group, call)), ...nextOf(next) };
      },
    }),
    FilterLogEvents: operation({
      input: {
        properties: {
          logGroupName: FILLED,
          logGroupIdentifier: FILLED,
          logStreamNames: TEXTS,
          logStreamNamePrefix: FILLED,
          startTime: TIME,
          endTime: TIME,
          filterPattern: TEXT,
          limit: integer(1, EVENTS_A_PAGE),
          nextToken: TEXT,
          interleaved: { type: 'boolean' },
        },
      },
      action: 'logs:FilterLogEvents',
      resource: (input, caller) => groupArn(nameOf(input), caller),
      handle(call, input, logs) {
        call.authorize(call.resource);
        const { filterPattern = '', limit = EVENTS_A_PAGE, nextToken } = input;
        const { startTime = 0, endTime = Number.POSITIVE_INFINITY } = input;
        const { logStreamNames, logStreamNamePrefix = '' } = input;
        const group = logs.find(placeOf(call), nameOf(input));
        if (group === undefined)
          throw new AwsError('ResourceNotFoundException', 'The specified log group does not exist.');
        const matches = compileFilterPattern(filterPattern);
        const found = group.events.filter(
          ({ at, stream, message }) =>
            at >= startTime &&
            at < endTime &&
            (logStreamNames?.includes(stream) ?? stream.startsWith(logStreamNamePrefix)) &&
            matches(message),
        );
        const { items, next } = pageOf(found, limit, nextToken, invalidToken);
        return {
          events: items.map(({ number, stream, at, message }) => ({
            eventId: String(number).padStart(56, '0'),
            logStreamName: stream,
            timestamp: at,
            ingestionTime: at,
            message,
          })),
          searchedLogStreams: [],
          ...nextOf(next),
        };
      },
    }),
  },
};

function placeOf({ principal: { account }, region }: Caller): LogPlace {
  return { account, region };
}

/** By its name, or by the name in its ARN. */
function nameOf({
  logGroupName,
  logGroupIdentifier,
}: {
  logGroupName?: string | undefined;
  logGroupIdentifier?: string | undefined;
}): string {
  const named =
    logGroupName ?? /^arn:[^:]+:logs:[^:]+:\d+:log-group:([^:]+)/.exec(logGroupIdentifier ?? '')?.[1];
  const name = named ?? logGroupIdentifier;
  if (name === undefined)
    throw new AwsError('InvalidParameterException', 'logGroupName or logGroupIdentifier is required');
  return name;
}

/** What IAM decides on: the log streams of a group. */
function groupArn(name: string, { principal: { account }, region }: Caller): string {
  const place = { partition: partitionOf(region), account, region };
  return writeArn('logs', place, `log-group:${name}:log-stream:`);
}

function describe({ name, createdAt, bytes }: LogGroup, { principal: { account }, region }: Caller) {
  const arn = writeArn('logs', { partition: partitionOf(region), account, region }, `log-group:${name}`);
  return {
    logGroupName: name,
    logGroupArn: arn,
    arn: `${arn}:*`,
    creationTime: createdAt,
    storedBytes: bytes,
  };
}

function invalidToken(): AwsError {
  return new AwsError('InvalidParameterException', 'The specified nextToken is invalid.');
}

function nextOf(nextToken: string | undefined) {
  return nextToken === undefined ? {} : { nextToken };
}
