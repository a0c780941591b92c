import {
  CloudWatchLogsClient,
  DescribeLogGroupsCommand,
  FilterLogEventsCommand,
  type FilterLogEventsCommandInput,
  paginateFilterLogEvents,
} from '@aws-sdk/client-cloudwatch-logs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Principal } from '../../../src/iam/principal.ts';
import { systemClock } from '../../../src/shared/clock.ts';
import { allow, policy, REGION, SOURCE, TARGET, user } from '../../factories.ts';
import { type Endpoint, startServices } from '../../start-services.ts';

const GROUP = '/xacct/forwarder';
const GROUP_ARN = `arn:aws:logs:${REGION}:${SOURCE}:log-group:${GROUP}`;
const ann = user(SOURCE, policy(allow('logs:*', '*')));
const PLACE = { account: SOURCE, region: REGION };

let endpoint: Endpoint;
let now = Date.now();
const clientOf = (caller: Principal) => new CloudWatchLogsClient(endpoint.as(caller));

beforeAll(async () => {
  endpoint = await startServices({ clock: { ...systemClock, now: () => now } });
  for (const [index, message] of ['ERROR a', '{"level":"error","route":"orders"}', 'INFO b'].entries()) {
    endpoint.logs.append(PLACE, GROUP, index === 2 ? 'second' : 'first', message);
    now += 1000;
  }
  endpoint.logs.append({ account: TARGET, region: REGION }, '/aws/lambda/reader', 'first', 'other');
});

afterAll(() => endpoint.stop());

async function messages(input: FilterLogEventsCommandInput = {}): Promise<(string | undefined)[]> {
  const { events = [] } = await clientOf(ann).send(
    new FilterLogEventsCommand({ logGroupName: GROUP, ...input }),
  );
  return events.map(({ message }) => message);
}

describe('FilterLogEvents', () => {
  test('answers lines with their stream and time, the earliest first', async () => {
    const { events = [] } = await clientOf(ann).send(
      new FilterLogEventsCommand({ logGroupIdentifier: GROUP_ARN }),
    );
    expect(events).toEqual([
      {
        eventId: expect.any(String),
        logStreamName: 'first',
        message: 'ERROR a',
        timestamp: now - 3000,
        ingestionTime: now - 3000,
      },
      expect.objectContaining({ message: '{"level":"error","route":"orders"}' }),
      expect.objectContaining({ message: 'INFO b', logStreamName: 'second' }),
    ]);
  });

  test('selects by pattern, time and stream', async () => {
    expect(await messages({ filterPattern: 'ERROR' })).toEqual(['ERROR a']);
    expect(await messages({ filterPattern: '{ $.route = "orders" }' })).toHaveLength(1);
    expect(await messages({ startTime: now - 2000, endTime: now - 1000 })).toEqual([
      '{"level":"error","route":"orders"}',
    ]);
    expect(await messages({ logStreamNames: ['second'] })).toEqual(['INFO b']);
    expect(await messages({ logStreamNamePrefix: 'sec' })).toEqual(['INFO b']);
  });

  test('comes in pages', async () => {
    const sizes: number[] = [];
    for await (const { events = [] } of paginateFilterLogEvents(
      { client: clientOf(ann) },
      { logGroupName: GROUP, limit: 2 },
    ))
      sizes.push(events.length);
    expect(sizes).toEqual([2, 1]);
  });

  test.each([
    ['a group that is not there', { logGroupName: 'gone' }, 'ResourceNotFoundException', 'does not exist'],
    ['no group', { logGroupName: undefined }, 'InvalidParameterException', 'is required'],
    [
      'an unknown pattern',
      { filterPattern: '%a%' },
      'InvalidParameterException',
      'does not know this filter',
    ],
    ['a token that no page gave', { nextToken: '9' }, 'InvalidParameterException', 'nextToken is invalid'],
  ])('refuses %s', async (_, input, name, message) => {
    await expect(messages(input)).rejects.toMatchObject({ name, message: expect.stringContaining(message) });
  });
});

describe('DescribeLogGroups', () => {
  test("describes the groups of the caller's account", async () => {
    const groups = async (logGroupNamePrefix?: string) => {
      const { logGroups } = await clientOf(ann).send(new DescribeLogGroupsCommand({ logGroupNamePrefix }));
      return logGroups;
    };
    expect(await groups()).toEqual([
      {
        logGroupName: GROUP,
        logGroupArn: GROUP_ARN,
        arn: `${GROUP_ARN}:*`,
        creationTime: expect.any(Number),
        storedBytes: 47,
      },
    ]);
    expect(await groups('/aws')).toEqual([]);
  });
});

describe('permissions', () => {
  test.each([
    ['logs:FilterLogEvents', `${GROUP_ARN}:log-stream:`, new FilterLogEventsCommand({ logGroupName: GROUP })],
    [
      'logs:DescribeLogGroups',
      `arn:aws:logs:${REGION}:${SOURCE}:log-group::log-stream:`,
      new DescribeLogGroupsCommand({}),
    ],
  ])('%s is asked for on %s', async (action, resource, command) => {
    await expect(clientOf(user()).send(command as FilterLogEventsCommand)).rejects.toMatchObject({
      name: 'AccessDeniedException',
      message: expect.stringContaining(`is not authorized to perform: ${action} on resource: ${resource}`),
    });
  });

  test('a policy on the group with any stream is enough', async () => {
    const reader = user(SOURCE, policy(allow('logs:FilterLogEvents', `${GROUP_ARN}:*`)));
    await clientOf(reader).send(new FilterLogEventsCommand({ logGroupName: GROUP }));
  });
});

describe('the lines that a group keeps', () => {
  test('are the last ones, up to two megabytes', () => {
    const place = { account: SOURCE, region: 'eu-west-1' };
    for (let line = 1; line <= 5000; line += 1)
      endpoint.logs.append(place, 'busy', 'first', `${line} ${'x'.repeat(1000)}`);
    const { events = [], bytes = 0 } = endpoint.logs.find(place, 'busy') ?? {};
    expect(events.at(-1)?.message).toMatch(/^5000 /);
    expect(events.length).toBeGreaterThan(1000);
    expect(bytes).toBeLessThanOrEqual(2 * 1024 * 1024);
    expect(bytes).toBe(events.reduce((sum, { message }) => sum + message.length, 0));
  });
});
