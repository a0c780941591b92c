import {
  createRecordFilter,
  decodeParkedRecords,
  type FilteredRecord,
  type Route,
  streamFromArn,
  type Target,
} from '@xacct/core';
import { type GivenUpBatch, readGivenUpBatch } from '../bucket/given-up-batch.ts';
import { isSameStream } from '../queues/is-same-stream.ts';
import { type Choice, type Staying, whyStaying } from './choose-letters.ts';
import { type CommonFacts, type KeptRecord, toKeptRecords } from './cut-records.ts';

/** Records of one object that go to one target. */
export interface Letter {
  /** With a fresh budget of time. */
  facts: CommonFacts;
  records: KeptRecord[];
  /** What the output shows about them. */
  shown: { reason: string; parkedAt: string; attempts: number | undefined };
}

export interface Letters {
  letters: Letter[];
  /** Whether the object may be deleted once all of them are sent; if not, other targets may need it. */
  complete: boolean;
}

/** Why an object stays in the failure bucket. */
export type KeptStaying = Staying | 'otherRoute';

/**
 * What an object of parked records holds for its target, or why it stays.
 *
 * @param now epoch ms
 */
export function lettersOfParked(text: string, choice: Choice, now: number): Letters | KeptStaying {
  const parked = decodeParkedRecords(text);
  // The forwarder never writes an object that refers to another one.
  if (parked === undefined || parked.records.length === 0) return 'foreign';
  const why = whyStaying(parked, choice);
  if (why !== undefined) return why;
  const { route, streamArn, target, shardId, failure, reason, attempts, parkedAt } = parked;
  const facts = { route, streamArn, target, shardId, failure, reason, ...freshBudget(now) };
  const shown = { reason, parkedAt, attempts };
  return { letters: [{ facts, records: toKeptRecords(parked.records), shown }], complete: true };
}

/**
 * What a batch that was given up holds for the targets of its route, or why it stays. It is unknown which targets did not
 * get it, so it goes to all of the chosen ones, each with the records that its filter lets through.
 *
 * @param now epoch ms
 */
export function lettersOfGivenUp(text: string, choice: Choice, now: number): Letters | KeptStaying {
  const batch = readGivenUpBatch(text);
  const stream = batch && streamFromArn(batch.streamArn);
  if (batch === undefined || stream === undefined) return 'foreign';
  const { route, targets, since } = choice;
  if (!isSameStream(stream, route.stream)) return 'otherRoute';
  if (since !== undefined && !(Date.parse(batch.timestamp) >= since)) return 'older';
  const asked = route.targets.filter(({ functionArn }) => targets?.has(functionArn) ?? true);
  const records = toKeptRecords(batch.records);
  const common = {
    route: route.name,
    streamArn: stream.arn,
    shardId: batch.shardId,
    failure: GIVEN_UP,
    reason: reasonOf(batch),
    ...freshBudget(now),
  };
  const shown = { reason: batch.condition, parkedAt: batch.timestamp, attempts: undefined };
  const letters = asked.map((target) => ({
    facts: { ...common, target: target.functionArn },
    records: records.filter(({ record }) => passes(route, target)(record)),
    shown,
  }));
  return {
    letters: letters.filter((letter) => letter.records.length > 0),
    complete: asked.length === route.targets.length,
  };
}

/** The class of failure of records that come from a batch that was given up. */
export const GIVEN_UP = 'given-up';

function freshBudget(now: number) {
  return { attempts: 0, hops: 0, parkedAt: new Date(now).toISOString() };
}

function reasonOf({ condition, invocations, timestamp }: GivenUpBatch): string {
  const after = invocations === undefined ? '' : ` after ${invocations} invocations of the forwarder`;
  return `The event source mapping gave the batch up at ${timestamp}${after}: ${condition}`;
}

/** Only the forwarder can read the parts of an aggregated record. */
function passes({ deaggregate }: Route, { filter }: Target): (record: FilteredRecord) => boolean {
  return createRecordFilter(filter === undefined || deaggregate ? [] : [filter]);
}
