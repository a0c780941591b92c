import { createHash, randomBytes } from 'node:crypto';
import { limits, parseArn } from '@xacct/core';
import { AwsError } from '../../shared/aws-error.ts';
import type { Clock } from '../../shared/clock.ts';
import { type ItemChange, keyText } from './item-change.ts';
import { type TableStreamRecord, toStreamRecord } from './stream-record.ts';

export interface TableShard {
  id: string;
  parentId: string | undefined;
  startingSequenceNumber: string;
  /** Undefined while the shard takes records. */
  endingSequenceNumber: string | undefined;
}

interface Shard extends TableShard {
  /** Epoch ms. */
  openedAt: number;
  closedAt: number | undefined;
  records: { record: TableStreamRecord; sequenceNumber: bigint; putAt: number }[];
  /** The youngest record that is no longer kept. */
  trimmedTo: bigint;
}

const RETENTION_MS = limits.dynamodb.retentionSeconds * 1000;
/** How long a shard takes records before a child takes its place. AWS names no time; here it is four hours. */
const SHARD_MS = 4 * 3_600_000;
/** Sequence numbers have 21–40 digits. */
const FIRST_SEQUENCE_NUMBER = 10n ** 20n;

/** The stream of a table: keeps records for 24 hours, changes of one item in one line of shards. */
export interface TableStream {
  readonly arn: string;
  readonly tableName: string;
  /** Epoch ms. */
  readonly createdAt: number;
  /** The sequence number that the next record will have. */
  readonly latest: bigint;
  put(change: ItemChange): { shardId: string; record: TableStreamRecord };
  /** A closed shard is gone once its last record is. */
  shards(): readonly TableShard[];
  /** @throws {AwsError} ResourceNotFoundException */
  shard(shardId: string): TableShard;
  /**
   * Records from a sequence number on.
   *
   * @param from 0 for the oldest that is kept
   * @throws {AwsError} TrimmedDataAccessException when records from there on are no longer kept
   */
  read(
    shardId: string,
    from: bigint,
    max: number,
  ): { records: TableStreamRecord[]; next: bigint | undefined };
}

/**
 * @param arn `arn:…:dynamodb:<region>:<account>:table/<table>/stream/<label>`
 * @param openShards number of shards that take records
 * @param onPut called with each record
 */
export function createTableStream(
  arn: string,
  openShards: number,
  clock: Clock,
  onPut: () => void = () => {},
): TableStream {
  const { region, resource } = parseArn(arn);
  let latest = FIRST_SEQUENCE_NUMBER;

  const newShard = (parentId: string | undefined): Shard => ({
    id: `shardId-${String(clock.now()).padStart(20, '0')}-${randomBytes(4).toString('hex')}`,
    parentId,
    startingSequenceNumber: String(latest),
    endingSequenceNumber: undefined,
    openedAt: clock.now(),
    closedAt: undefined,
    records: [],
    trimmedTo: 0n,
  });
  /** The shards that take records; an item belongs to one place in it. */
  const open = Array.from({ length: openShards }, () => newShard(undefined));
  let shards = [...open];

  /** Drops what is too old, and gives shards that are open for long enough a child. */
  const age = () => {
    const now = clock.now();
    for (const shard of shards) {
      const kept = shard.records.findIndex(({ putAt }) => putAt > now - RETENTION_MS);
      const dropped = shard.records.splice(0, kept === -1 ? shard.records.length : kept);
      shard.trimmedTo = dropped.at(-1)?.sequenceNumber ?? shard.trimmedTo;
    }
    for (const [place, shard] of open.entries()) {
      if (now - shard.openedAt < SHARD_MS) continue;
      shard.closedAt = now;
      shard.endingSequenceNumber = String(latest - 1n);
      const child = newShard(shard.id);
      open[place] = child;
      shards.push(child);
    }
    shards = shards.filter(
      ({ closedAt = now, records }) => closedAt > now - RETENTION_MS || records.length > 0,
    );
  };
  const find = (shardId: string) => {
    age();
    const shard = shards.find(({ id }) => id === shardId);
    if (shard === undefined)
      throw new AwsError('ResourceNotFoundException', `Requested resource not found: Shard ${shardId}`);
    return shard;
  };

  return {
    arn,
    tableName: resource.split('/')[1] ?? '',
    createdAt: clock.now(),
    get latest() {
      return latest;
    },
    put(change) {
      age();
      const place = createHash('md5').update(keyText(change.Keys)).digest().readUInt32BE(0) % open.length;
      const shard = open[place];
      if (shard === undefined) throw new Error(`${arn} has no shard ${place}`);
      const putAt = clock.now();
      const record = toStreamRecord(change, { region, sequenceNumber: String(latest), nowMs: putAt });
      shard.records.push({ record, sequenceNumber: latest, putAt });
      latest += 1n;
      onPut();
      return { shardId: shard.id, record };
    },
    shards() {
      age();
      return shards;
    },
    shard: find,
    read(shardId, from, max) {
      const shard = find(shardId);
      if (from !== 0n && from <= shard.trimmedTo) {
        const message = `The operation attempted to read past the oldest stream record in a shard: ${from} of ${shardId}`;
        throw new AwsError('TrimmedDataAccessException', message);
      }
      const found = shard.records.filter(({ sequenceNumber }) => sequenceNumber >= from).slice(0, max);
      const last = found.at(-1)?.sequenceNumber;
      const atEnd = last === undefined || last === shard.records.at(-1)?.sequenceNumber;
      const next = shard.closedAt !== undefined && atEnd ? undefined : last === undefined ? from : last + 1n;
      return { records: found.map(({ record }) => record), next };
    },
  };
}
