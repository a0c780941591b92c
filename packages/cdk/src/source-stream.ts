import { streamArn } from '@xacct/core';
import { Token } from 'aws-cdk-lib';
import type { ITable } from 'aws-cdk-lib/aws-dynamodb';
import type { IStream } from 'aws-cdk-lib/aws-kinesis';
import type { Place } from './forwarder-place.ts';
import type { LateNames } from './late-names.ts';
import { givenName } from './physical-name.ts';

/**
 * The value of `stream` in an entry of a routes file. A known name is used, also for a stream of the app: then no value is
 * exported from the stack of the stream.
 *
 * @param where the option, for messages
 * @throws {Error} when the stream is not where the forwarder is, or a table has none
 */
export function sourceStream(stream: IStream | ITable, place: Place, late: LateNames, where: string): string {
  checkPlace(stream, place, where);
  return 'streamArn' in stream ? kinesis(stream, place, late) : dynamoDb(stream, place, late, where);
}

function kinesis(stream: IStream, place: Place, late: LateNames): string {
  if (!Token.isUnresolved(stream.streamArn)) return stream.streamArn;
  const name = givenName(stream, 'name') ?? stream.streamName;
  const what = `the stream ${stream.node.path}`;
  const standIn = late.standInFor(name, what, standInName);
  if (standIn === name) return name;
  late.standInFor(stream.streamArn, what, () => streamArn(place, standIn));
  return standIn;
}

function dynamoDb(
  table: ITable,
  { partition, region, account }: Place,
  late: LateNames,
  where: string,
): string {
  const { tableStreamArn: arn } = table;
  if (arn === undefined)
    throw new Error(
      `${where}: table ${table.node.path} has no stream that is known. Set "stream" (or "dynamoStream") on a table of the app, and pass "tableStreamArn" to Table.fromTableAttributes for another one`,
    );
  if (!Token.isUnresolved(arn)) return arn;
  const what = `the table ${table.node.path}`;
  const name = givenName(table, 'tableName') ?? table.tableName;
  const standIn = late.standInFor(name, what, standInName);
  return late.standInFor(
    arn,
    what,
    () => `arn:${partition}:dynamodb:${region}:${account}:table/${standIn}/stream/2000-01-01T00:00:00.000`,
  );
}

function standInName(number: number): string {
  return `xacct-token-${String(number).padStart(8, '0')}`;
}

/** A stream of another stack is fine, as long as that is in the same account and region. */
function checkPlace({ env, node }: IStream | ITable, { account, region }: Place, where: string): void {
  for (const [what, got, expected] of [
    ['account', env.account, account],
    ['region', env.region, region],
  ] as const) {
    if (got === expected || Token.isUnresolved(got)) continue;
    throw new Error(
      `${where}: expected a stream of ${what} ${expected}, where the forwarder is, got ${node.path} of ${what} ${got}. Make a forwarder in a stack there`,
    );
  }
}
