import type { Route } from '@xacct/core';
import { describe, expect, test } from 'vitest';
import { checkStream } from '../../../src/doctor/checks/streams.ts';
import { routesYaml } from '../../xacct.ts';
import { type Answers, awsError, examinedOf } from '../examined.ts';

const TABLE = 'arn:aws:dynamodb:us-west-2:111111111111:table/Items/stream/2026-01-01T00:00:00.000';
const ROUTES = routesYaml(`  - stream: orders
    maximumRecordAgeSeconds: 172800
    targets: [{ account: analytics, function: reader }]
  - stream: ${TABLE}
    targets: [{ account: analytics, function: reader }]
`);

async function look(stream: 'orders' | 'Items', answers: Answers) {
  const examined = examinedOf(answers, ROUTES);
  return checkStream(examined.chosen.find((route) => route.stream.name === stream) as Route, examined);
}

const summary = (StreamStatus: string, RetentionPeriodHours: number) => ({
  DescribeStreamSummaryCommand: {
    StreamDescriptionSummary: { StreamStatus, RetentionPeriodHours, OpenShardCount: 7 },
  },
});

describe('checkStream', () => {
  test.each(['ACTIVE', 'UPDATING'])('finds nothing wrong with a stream that is %s', async (status) => {
    expect(await look('orders', summary(status, 48))).toEqual({ findings: [], shards: 7 });
  });

  test('warns of a stream that drops records before its mapping gives them up', async () => {
    const { findings } = await look('orders', summary('ACTIVE', 24));
    expect(findings).toEqual([
      expect.objectContaining({
        severity: 'warning',
        check: 'retention',
        expected: 'a retention of 48 h or more',
        fix: 'aws kinesis increase-stream-retention-period --stream-name orders --retention-period-hours 48 --region us-west-2',
      }),
    ]);
  });

  test.each([
    ['DELETING', /^aws kinesis create-stream --stream-name orders/],
    ['CREATING', /^wait until it is ACTIVE$/],
  ])('reports a stream that is %s', async (status, fix) => {
    const { findings } = await look('orders', summary(status, 48));
    expect(findings).toEqual([
      expect.objectContaining({
        severity: 'error',
        found: `it is ${status}`,
        fix: expect.stringMatching(fix),
      }),
    ]);
  });

  test('counts the open shards of a table on all pages', async () => {
    const closed = { SequenceNumberRange: { StartingSequenceNumber: '1', EndingSequenceNumber: '2' } };
    const open = { SequenceNumberRange: { StartingSequenceNumber: '3' } };
    const page = (input: Record<string, unknown>) => {
      const isFirst = input.ExclusiveStartShardId === undefined;
      const more = isFirst ? { Shards: [closed, open], LastEvaluatedShardId: 'a' } : { Shards: [open] };
      return { StreamDescription: { StreamStatus: 'ENABLED', ...more } };
    };
    expect(await look('Items', { DescribeStreamCommand: page })).toEqual({ findings: [], shards: 2 });
  });

  test('reports a table whose stream is gone, with the command that finds the new one', async () => {
    const { findings } = await look('Items', {
      DescribeStreamCommand: awsError('ResourceNotFoundException'),
    });
    expect(findings).toEqual([
      expect.objectContaining({
        found: 'it does not exist',
        fix: expect.stringMatching(
          /^aws dynamodb describe-table --table-name Items .*; then xacct deploy Items$/,
        ),
      }),
    ]);
  });

  test('reports that nobody knows where AWS does not answer', async () => {
    const denied = { DescribeStreamSummaryCommand: awsError('AccessDeniedException') };
    const { findings, shards } = await look('orders', denied);
    expect(shards).toBeUndefined();
    expect(findings).toEqual([
      expect.objectContaining({
        severity: 'error',
        check: 'permission',
        found: 'its state cannot be read: AccessDeniedException: no',
        fix: 'allow kinesis:DescribeStreamSummary: docs/operating.md, "What doctor needs", has the policy',
      }),
    ]);
  });
});
