import { parseArn, streamFromArn } from '@xacct/core';
import { AwsError } from '../../shared/aws-error.ts';
import type { Clock } from '../../shared/clock.ts';
import { type ItemChange, parseItemChange } from './item-change.ts';
import type { TableStreamRecord } from './stream-record.ts';
import { TableStream } from './table-stream.ts';

export function isTableStream(arn: string): boolean {
  return streamFromArn(arn)?.service === 'dynamodb';
}

/** The streams of all tables: those that routes read. No template here deploys a table. */
export class TableStreams {
  readonly #streams = new Map<string, TableStream>();
  readonly #shards: number;
  readonly #clock: Clock;

  constructor(arns: Iterable<string>, shards: number, clock: Clock) {
    this.#shards = shards;
    this.#clock = clock;
    this.deploy(arns);
  }

  /** Adds streams; those that are there keep their records. */
  deploy(arns: Iterable<string>): void {
    for (const arn of arns) {
      if (!this.#streams.has(arn)) this.#streams.set(arn, new TableStream(arn, this.#shards, this.#clock));
    }
  }

  /** @throws {AwsError} ResourceNotFoundException */
  find(arn: string): TableStream {
    const stream = this.#streams.get(arn);
    if (stream === undefined)
      throw new AwsError(
        'ResourceNotFoundException',
        `Requested resource not found: Stream: ${arn} not found`,
      );
    return stream;
  }

  /** @throws {AwsError} ResourceNotFoundException, or ValidationException before any of them is put */
  putAll(arn: string, changes: readonly ItemChange[]): TableStreamRecord[] {
    const stream = this.find(arn);
    return changes
      .map((change, index) => parseItemChange(change, `changes[${index}]`))
      .map((change) => stream.put(change).record);
  }

  /** The streams of an account in a region, by ARN. */
  of(account: string, region: string): TableStream[] {
    return [...this.#streams.values()]
      .filter(({ arn }) => {
        const place = parseArn(arn);
        return place.region === region && place.account === account;
      })
      .sort((a, b) => (a.arn < b.arn ? -1 : 1));
  }
}
