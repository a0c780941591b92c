import { encodeParkedReference, type StoredRoute } from '@xacct/core';
import type { Failure } from '../delivery/failure-class.ts';
import { type Clock, systemClock } from '../invocation/clock.ts';
import type { Deadline } from '../invocation/deadline.ts';
import type { Log } from '../invocation/log.ts';
import { reasonOf } from '../invocation/reason-of.ts';
import { deadLetterReason } from '../parking/dead-letter-reason.ts';
import { delaySecondsUntil, whenDue } from '../parking/due-time.ts';
import type { Park } from '../parking/park.ts';
import type { Queues } from '../parking/queues.ts';
import { groupForMessage, hadNoAnswer, hasFailedBefore, historyOf, itemsOf, type Letter } from './letter.ts';

export interface Reposting {
  route: Pick<StoredRoute, 'name' | 'retryQueueUrl' | 'deadLetterQueueUrl' | 'retryForSeconds'>;
  deadline: Deadline;
  requestId: string;
}

export interface HowToRepost {
  to: 'retry' | 'dead-letters';
  /** Why the records are not sent now. Records on which the function failed before keep that reason. */
  failure?: Failure;
  /** Epoch ms; by default what the failure asks for, or else what the letters ask for. */
  dueAt?: number;
  /** The route has no such target: the letters note since when. */
  isUnrouted?: boolean;
}

/**
 * Sends letters again as they are, or several in one message: to wait longer, or to end as dead letters. The function was not
 * called, so that no attempt is counted. Never rejects; returns the letters that could not be sent.
 */
export type Repost = (
  work: Reposting,
  letters: readonly Letter[],
  how: HowToRepost,
) => Promise<readonly Letter[]>;

export function createRepost(options: {
  queues: Queues;
  park: Park;
  log: Log;
  clock?: Clock;
  /** 0 to 1, as `Math.random`. */
  random?: () => number;
}): Repost {
  const { queues, park, log, clock = systemClock, random = Math.random } = options;

  const failureOf = (letter: Letter, { to, failure, isUnrouted }: HowToRepost): Failure => {
    const isMarked = hasFailedBefore(letter) || hadNoAnswer(letter);
    const keepsReason = isMarked && to === 'retry' && !isUnrouted;
    return failure === undefined || keepsReason ? letter.failure : failure;
  };
  const unroutedSinceOf = (letters: readonly Letter[], { isUnrouted }: HowToRepost) => {
    if (!isUnrouted) return undefined;
    return Math.min(...letters.map(({ unroutedSince }) => unroutedSince ?? clock.now()));
  };
  const dueAtOf = (route: Reposting['route'], letter: Letter, { failure, dueAt }: HowToRepost): number => {
    if (dueAt !== undefined) return dueAt;
    if (failure === undefined) return letter.dueAt;
    return whenDue(route, { failure, parkedAt: letter.parkedAt }, clock.now(), random()).dueAt;
  };

  async function sendReference(
    work: Reposting,
    letter: Letter,
    how: HowToRepost,
    key: string,
  ): Promise<void> {
    const { route, deadline } = work;
    const { count, records: _, object: __, dueAt: ___, unroutedSince: ____, ...facts } = letter.parked;
    const failure = failureOf(letter, how);
    const dueAt = dueAtOf(route, letter, how);
    const isRetry = how.to === 'retry';
    const unroutedSince = unroutedSinceOf([letter], how);
    const body = encodeParkedReference(
      {
        ...facts,
        failure: failure.class,
        reason: isRetry
          ? failure.reason
          : deadLetterReason(failure, facts.attempts, { parkedAt: letter.parkedAt, now: clock.now() }),
        hops: letter.hops + 1,
        ...(isRetry && { dueAt: new Date(dueAt).toISOString() }),
        ...(unroutedSince !== undefined && { unroutedSince: new Date(unroutedSince).toISOString() }),
      },
      count,
      key,
    );
    const queueUrl = isRetry ? route.retryQueueUrl : route.deadLetterQueueUrl;
    const delaySeconds = isRetry ? delaySecondsUntil(dueAt, clock.now()) : 0;
    await queues.send({ queueUrl, body, target: facts.target, delaySeconds }, deadline.park);
  }

  /** Letters that can share a message, with their records. */
  async function sendRecords(
    { route, deadline, requestId }: Reposting,
    letters: readonly [Letter, ...Letter[]],
    how: HowToRepost,
  ): Promise<Letter[]> {
    const [first] = letters;
    const { streamArn, target, shardId } = first.parked;
    const contents = letters.map((letter) => ({ letter, records: letter.parked.records }));
    const { items, lettersOf } = itemsOf(contents);
    const parking = { route, streamArn, target, shardId, deadline, requestId, to: how.to };
    const dueAt = Math.max(...letters.map((letter) => dueAtOf(route, letter, how)));
    const failure = failureOf(first, how);
    const parcel = {
      ...historyOf(letters),
      items,
      failure,
      dueAt,
      unroutedSince: unroutedSinceOf(letters, how),
    };
    const unkept = await park(parking, [parcel]);
    return Array.from(unkept).flatMap((item) => lettersOf.get(item) ?? []);
  }

  return async (work, letters, how) => {
    const unsent: Letter[] = [];
    const send = async (letter: Letter, key: string) => {
      await sendReference(work, letter, how, key).catch((error: Error) => {
        unsent.push(letter);
        log.error('A message could not be sent again; it comes back by itself', {
          requestId: work.requestId,
          messageId: letter.messageId,
          route: work.route.name,
          reason: reasonOf(error),
        });
      });
    };
    const inline = letters.filter(({ parked }) => parked.object === undefined);
    await Promise.all([
      ...letters.map((letter) => letter.parked.object && send(letter, letter.parked.object)),
      ...groupForMessage(inline, work.route).map(async (group) => {
        unsent.push(...(await sendRecords(work, group, how)));
      }),
    ]);
    return unsent;
  };
}
