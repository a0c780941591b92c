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
export class TableStream {
  readonly arn: string;
  readonly tableName: string;
  readonly createdAt: number;
  readonly #region: string;
  readonly #clock: Clock;
  readonly #shards: Shard[];
  /** The shards that take records; an item belongs to one place in it. */
  readonly #open: Shard[];
  #next = FIRST_SEQUENCE_NUMBER;

  /** @param arn `arn:…:dynamodb:<region>:<account>:table/<table>/stream/<label>` */
  constructor(arn: string, shards: number, clock: Clock) {
    const { region, resource } = parseArn(arn);
    this.arn = arn;
    this.tableName = resource.split('/')[1] ?? '';
    this.#region = region;
    this.#clock = clock;
    this.createdAt = clock.now();
    this.#open = Array.from({ length: shards }, () => this.#newShard(undefined));
    this.#shards = [...this.#open];
  }

  put(change: ItemChange): { shardId: string; record: TableStreamRecord } {
    this.#age();
    const place = createHash('md5').update(keyText(change.Keys)).digest().readUInt32BE(0) % this.#open.length;
    const shard = this.#open[place];
    if (shard === undefined) throw new Error(`${this.arn} has no shard ${place}`);
    const sequenceNumber = this.#next;
    this.#next += 1n;
    const nowMs = this.#clock.now();
    const record = toStreamRecord(change, {
      region: this.#region,
      sequenceNumber: String(sequenceNumber),
      nowMs,
    });
    shard.records.push({ record, sequenceNumber, putAt: nowMs });
    return { shardId: shard.id, record };
  }

  /** A closed shard is gone once its last record is. */
  shards(): readonly TableShard[] {
    this.#age();
    return this.#shards;
  }

  /** The sequence number that the next record will have. */
  get latest(): bigint {
    return this.#next;
  }

  /** @throws {AwsError} ResourceNotFoundException */
  shard(shardId: string): TableShard {
    return this.#find(shardId);
  }

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
  ): { records: TableStreamRecord[]; next: bigint | undefined } {
    const shard = this.#find(shardId);
    if (from !== 0n && from <= shard.trimmedTo) {
      const message = `The operation attempted to read past the oldest stream record in a shard: ${from} of ${shardId}`;
      throw new AwsError('TrimmedDataAccessException', message);
    }
    const found = shard.records.filter(({ sequenceNumber }) => sequenceNumber >= from).slice(0, max);
    const last = found.at(-1)?.sequenceNumber;
    const atEnd = last === undefined || last === shard.records.at(-1)?.sequenceNumber;
    const next = shard.closedAt !== undefined && atEnd ? undefined : last === undefined ? from : last + 1n;
    return { records: found.map(({ record }) => record), next };
  }

  #find(shardId: string): Shard {
    this.#age();
    const shard = this.#shards.find(({ id }) => id === shardId);
    if (shard === undefined)
      throw new AwsError('ResourceNotFoundException', `Requested resource not found: Shard ${shardId}`);
    return shard;
  }

  /** Drops what is too old, and gives shards that are open for long enough a child. */
  #age(): void {
    const now = this.#clock.now();
    for (const shard of this.#shards) {
      const kept = shard.records.findIndex(({ putAt }) => putAt > now - RETENTION_MS);
      const dropped = shard.records.splice(0, kept === -1 ? shard.records.length : kept);
      shard.trimmedTo = dropped.at(-1)?.sequenceNumber ?? shard.trimmedTo;
    }
    for (const [place, shard] of this.#open.entries()) {
      if (now - shard.openedAt < SHARD_MS) continue;
      shard.closedAt = now;
      shard.endingSequenceNumber = String(this.#next - 1n);
      const child = this.#newShard(shard.id);
      this.#open[place] = child;
      this.#shards.push(child);
    }
    const gone = this.#shards.filter(
      ({ closedAt, records }) =>
        closedAt !== undefined && closedAt <= now - RETENTION_MS && records.length === 0,
    );
    for (const shard of gone) this.#shards.splice(this.#shards.indexOf(shard), 1);
  }

  #newShard(parentId: string | undefined): Shard {
    const now = this.#clock.now();
    return {
      id: `shardId-${String(now).padStart(20, '0')}-${randomBytes(4).toString('hex')}`,
      parentId,
      startingSequenceNumber: String(this.#next),
      endingSequenceNumber: undefined,
      openedAt: now,
      closedAt: undefined,
      records: [],
      trimmedTo: 0n,
    };
  }
}
