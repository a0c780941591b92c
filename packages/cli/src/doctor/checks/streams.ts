import { DescribeStreamCommand } from '@aws-sdk/client-dynamodb-streams';
import { DescribeStreamSummaryCommand } from '@aws-sdk/client-kinesis';
import type { Route } from '@xacct/core';
import type { Examined } from '../examined.ts';
import type { Finding } from '../finding.ts';
import { guard } from '../guard.ts';

/** What was found out about a stream. */
export interface StreamLook {
  findings: Finding[];
  /** Open shards; undefined where they could not be counted. */
  shards: number | undefined;
}

const HOUR_SECONDS = 3600;

/** Checks that a route's stream can be read, and that it keeps records for as long as its mapping retries them. */
export async function checkStream(
  route: Route,
  { routes: { source }, clients: { kinesis, tables } }: Pick<Examined, 'routes' | 'clients'>,
): Promise<StreamLook> {
  const { stream, name } = route;
  const where = `stream ${stream.name}`;
  const isKinesis = stream.service === 'kinesis';
  let shards: number | undefined;
  const findings = await guard(
    {
      where,
      what: 'its state',
      action: isKinesis ? 'kinesis:DescribeStreamSummary' : 'dynamodb:DescribeStream',
      account: source.account,
      routes: [name],
    },
    async () => {
      try {
        if (isKinesis) {
          const { StreamDescriptionSummary: summary } = await kinesis.send(
            new DescribeStreamSummaryCommand({ StreamName: stream.name }),
          );
          shards = summary?.OpenShardCount;
          const status = summary?.StreamStatus ?? 'unknown';
          const hours = summary?.RetentionPeriodHours ?? Number.POSITIVE_INFINITY;
          return [...checkStatus(status, READABLE), ...checkRetention(hours)];
        }
        const described = await describeTable();
        shards = described.shards;
        return checkStatus(described.status, ['ENABLED']);
      } catch (error) {
        if ((error as Error).name !== 'ResourceNotFoundException') throw error;
        return [finding('it does not exist', isKinesis ? create() : latest())];
      }
    },
  );
  return { findings, shards };

  async function describeTable() {
    const found = { status: 'unknown', shards: 0 };
    let last: string | undefined;
    do {
      const { StreamDescription: page } = await tables.send(
        new DescribeStreamCommand({ StreamArn: stream.arn, ExclusiveStartShardId: last }),
      );
      found.status = page?.StreamStatus ?? found.status;
      const open = (page?.Shards ?? []).filter(
        ({ SequenceNumberRange: range }) => range?.EndingSequenceNumber === undefined,
      );
      found.shards += open.length;
      last = page?.LastEvaluatedShardId;
    } while (last !== undefined);
    return found;
  }

  function checkStatus(status: string, readable: readonly string[]): Finding[] {
    if (readable.includes(status)) return [];
    return [
      finding(
        `it is ${status}`,
        status === 'CREATING' ? 'wait until it is ACTIVE' : isKinesis ? create() : latest(),
      ),
    ];
  }

  /** The mapping gives up records by its own age limit; where the stream drops them before, nobody keeps them. */
  function checkRetention(hours: number): Finding[] {
    const seconds = route.maximumRecordAgeSeconds;
    if (seconds <= hours * HOUR_SECONDS) return [];
    const needed = Math.ceil(seconds / HOUR_SECONDS);
    return [
      {
        severity: 'warning',
        check: 'retention',
        where,
        found: `it keeps records for ${hours} h, and route ${name} retries them for ${seconds} s: they expire before they are given up, and are in no bucket then`,
        expected: `a retention of ${needed} h or more`,
        fix: `aws kinesis increase-stream-retention-period --stream-name ${stream.name} --retention-period-hours ${needed} --region ${source.region}`,
        routes: [name],
      },
    ];
  }

  function finding(found: string, fix: string): Finding {
    const expected = isKinesis ? 'a stream that is ACTIVE' : 'a stream that is ENABLED';
    return { severity: 'error', check: 'stream', where, found, expected, fix, routes: [name] };
  }

  function create(): string {
    return `aws kinesis create-stream --stream-name ${stream.name} --region ${source.region}`;
  }

  function latest(): string {
    return `aws dynamodb describe-table --table-name ${stream.name} --query Table.LatestStreamArn --region ${source.region} prints the ARN for the routes file; then xacct deploy ${name}`;
  }
}

/** A stream can be read while its shards change. */
const READABLE = ['ACTIVE', 'UPDATING'];
