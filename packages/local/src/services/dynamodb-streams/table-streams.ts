import { parseArn, streamFromArn } from '@xacct/core';
import { AwsError } from '../../shared/aws-error.ts';
import type { Clock } from '../../shared/clock.ts';
import { type ItemChange, parseItemChange } from './item-change.ts';
import type { TableStreamRecord } from './stream-record.ts';
import { createTableStream, type TableStream } from './table-stream.ts';

export function isTableStream(arn: string): boolean {
  return streamFromArn(arn)?.service === 'dynamodb';
}

/** The streams of all tables: those that routes read. No template here deploys a table. */
export interface TableStreams {
  /** Adds streams; those that are there keep their records. */
  deploy(arns: Iterable<string>): void;
  /** @throws {AwsError} ResourceNotFoundException */
  find(arn: string): TableStream;
  /** @throws {AwsError} ResourceNotFoundException, or ValidationException before any of them is put */
  putAll(arn: string, changes: readonly ItemChange[]): TableStreamRecord[];
  /** The streams of an account in a region, by ARN. */
  of(account: string, region: string): TableStream[];
}

/** @param onIncoming called with each stream that takes records, and how many */
export function createTableStreams(
  shards: number,
  clock: Clock,
  onIncoming: (arn: string, records: number) => void = () => {},
): TableStreams {
  const streams = new Map<string, TableStream>();
  const find = (arn: string) => {
    const stream = streams.get(arn);
    if (stream !== undefined) return stream;
    throw new AwsError('ResourceNotFoundException', `Requested resource not found: Stream: ${arn} not found`);
  };
  return {
    deploy(arns) {
      for (const arn of arns) {
        if (streams.has(arn)) continue;
        streams.set(
          arn,
          createTableStream(arn, shards, clock, () => onIncoming(arn, 1)),
        );
      }
    },
    find,
    putAll(arn, changes) {
      const stream = find(arn);
      return changes
        .map((change, index) => parseItemChange(change, `changes[${index}]`))
        .map((change) => stream.put(change).record);
    },
    of: (account, region) =>
      [...streams.values()]
        .filter(({ arn }) => parseArn(arn).region === region && parseArn(arn).account === account)
        .sort((a, b) => (a.arn < b.arn ? -1 : 1)),
  };
}
