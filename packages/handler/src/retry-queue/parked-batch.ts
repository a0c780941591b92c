import { DEFAULT_RETRY_FOR_SECONDS, PROBE_MESSAGE, receiverOf } from '@xacct/core';
import type { SQSBatchResponse, SQSRecord } from 'aws-lambda';
import type { FailureLog } from '../delivery/failure-log.ts';
import { type Clock, systemClock } from '../invocation/clock.ts';
import { createDeadline, type Deadline } from '../invocation/deadline.ts';
import type { InvocationContext } from '../invocation/invocation-context.ts';
import type { Log } from '../invocation/log.ts';
import type { Metrics } from '../invocation/metrics.ts';
import { reasonOf } from '../invocation/reason-of.ts';
import type { Queues } from '../parking/queues.ts';
import { RouteError, type RouteStore } from '../routes/route-store.ts';
import { isExpired, type Letter, queueUrlOf, readLetter } from './letter.ts';
import type { Repost, Reposting } from './repost.ts';
import type { Resend } from './resend.ts';

export type ParkedBatchHandler = (
  messages: readonly SQSRecord[],
  context: InvocationContext,
) => Promise<SQSBatchResponse>;

/** Until letters of a stream whose route is gone, or cannot be read, are looked at again. */
const NO_ROUTE_MS = 900_000;
const UNREADABLE_ROUTE_MS = 60_000;
/** For which letters of a target wait that the route no longer has, before they are dead letters. */
const UNROUTED_MS = 3_600_000;
/** A route that was read before this may be an earlier one, by which no record ends. */
const FRESH_MS = 10_000;

/**
 * Sends parked records to the one target that lacks them. Every message is done with in one go: what is not delivered is in
 * another message by then, so that receives count only invocations that died. Messages of one target are handled one after
 * another.
 */
export function createParkedBatchHandler(options: {
  routes: RouteStore;
  resend: Resend;
  repost: Repost;
  queues: Queues;
  metrics: Metrics;
  log: Log;
  failures: FailureLog;
  clock?: Clock;
}): ParkedBatchHandler {
  const { routes, resend, repost, queues, metrics, log, failures, clock = systemClock } = options;

  /** The letters of one target and stream. Returns those that are neither delivered nor kept elsewhere. */
  async function handle(
    letters: readonly [Letter, ...Letter[]],
    queueArn: string,
    invocation: { deadline: Deadline; requestId: string },
  ): Promise<Iterable<Letter>> {
    const [{ parked }] = letters;
    try {
      const known = await routes.get(parked.streamArn, invocation.deadline);
      const receiver = receiverOf(known.targets, parked.target);
      if (receiver !== undefined)
        return await resend({ ...invocation, route: known, target: receiver, letters });
      // Another environment, which has parked them, may know a later route. Only one that was just read shows that a target
      // is gone.
      const fresh = await routes.getFresh(parked.streamArn, invocation.deadline, FRESH_MS);
      if (fresh === undefined) {
        const dueAt = clock.now() + UNREADABLE_ROUTE_MS;
        return await repost({ ...invocation, route: known }, letters, { to: 'retry', dueAt });
      }
      const target = receiverOf(fresh.targets, parked.target);
      if (target !== undefined) return await resend({ ...invocation, route: fresh, target, letters });
      return await waitForTarget({ ...invocation, route: fresh }, letters);
    } catch (error) {
      if (!(error instanceof RouteError)) throw error;
      return await putOff(letters, queueArn, invocation, error);
    }
  }

  /** An edit that took a target away may be taken back. */
  async function waitForTarget(
    work: Reposting,
    letters: readonly [Letter, ...Letter[]],
  ): Promise<Iterable<Letter>> {
    const now = clock.now();
    const reason = `Route "${work.route.name}" no longer has the target ${letters[0].parked.target}`;
    const failure = { class: 'not-routed', reason } as const;
    const isOver = (letter: Letter) =>
      now - (letter.unroutedSince ?? now) >= UNROUTED_MS || isExpired(letter, work.route, now);
    const { over = [], waits = [] } = Object.groupBy(letters, (letter) =>
      isOver(letter) ? 'over' : 'waits',
    );
    const unsent = await Promise.all([
      repost(work, over, { to: 'dead-letters', failure }),
      repost(work, waits, { to: 'retry', failure, dueAt: now + NO_ROUTE_MS, isUnrouted: true }),
    ]);
    return unsent.flat();
  }

  /** Without its route nothing can be sent; the queue itself names the one for its dead letters. */
  async function putOff(
    letters: readonly [Letter, ...Letter[]],
    queueArn: string,
    invocation: { deadline: Deadline; requestId: string },
    error: RouteError,
  ): Promise<Iterable<Letter>> {
    const retryQueueUrl = queueUrlOf(queueArn);
    const now = clock.now();
    const retries = { retryForSeconds: DEFAULT_RETRY_FOR_SECONDS };
    const isOver = (letter: Letter) => error.isMissing && isExpired(letter, retries, now);
    const deadLetterQueueUrl = letters.some(isOver)
      ? queueUrlOf(await queues.deadLetterQueueOf(retryQueueUrl, invocation.deadline.park))
      : '';
    const name = letters[0].parked.route;
    const route = { ...retries, name, retryQueueUrl, deadLetterQueueUrl };
    const work: Reposting = { ...invocation, route };
    const failure = { class: 'not-routed', reason: error.message } as const;
    const dueAt = now + (error.isMissing ? NO_ROUTE_MS : UNREADABLE_ROUTE_MS);
    log.error('Parked records could not be sent again', { route: name, reason: error.message });
    const unsent = await Promise.all([
      repost(work, letters.filter(isOver), { to: 'dead-letters', failure }),
      repost(
        work,
        letters.filter((letter) => !isOver(letter)),
        { to: 'retry', dueAt },
      ),
    ]);
    return unsent.flat();
  }

  /** No route can be read from it, so that a person has to look at it. */
  async function deadLetter({ body, eventSourceARN }: SQSRecord, deadline: Deadline): Promise<void> {
    const queueArn = await queues.deadLetterQueueOf(queueUrlOf(eventSourceARN), deadline.park);
    await queues.send({ queueUrl: queueUrlOf(queueArn), body, target: 'unreadable' }, deadline.park);
  }

  return async (messages, context) => {
    const deadline = createDeadline(context.getRemainingTimeInMillis(), clock);
    const requestId = context.awsRequestId;
    const failed = new Set<string>();
    const note = (messageIds: readonly string[]) => (error: Error) => {
      for (const messageId of messageIds) failed.add(messageId);
      log.error('Messages could not be handled; they come back by themselves', {
        requestId,
        messages: messageIds.length,
        reason: reasonOf(error),
      });
    };
    const letters: Letter[] = [];
    const unreadable: SQSRecord[] = [];
    for (const message of messages) {
      // That it came here is all that it is for.
      if (message.body === PROBE_MESSAGE) continue;
      const letter = readLetter(message, clock.now());
      if (letter !== undefined) letters.push(letter);
      else unreadable.push(message);
    }
    const queueArn = messages[0]?.eventSourceARN ?? '';
    const groups = Map.groupBy(letters, ({ parked }) => `${parked.streamArn} ${parked.target}`);
    try {
      await Promise.all([
        ...Array.from(groups.values(), (group) =>
          handle(group as [Letter, ...Letter[]], queueArn, { deadline, requestId }).then(
            (unkept) => {
              for (const { messageId } of unkept) failed.add(messageId);
            },
            note(group.map(({ messageId }) => messageId)),
          ),
        ),
        ...unreadable.map((message) => {
          log.error('A message holds no parked records', { requestId, messageId: message.messageId });
          return deadLetter(message, deadline).catch(note([message.messageId]));
        }),
      ]);
      return { batchItemFailures: Array.from(failed, (itemIdentifier) => ({ itemIdentifier })) };
    } finally {
      deadline.clear();
      failures.flush();
      metrics.flush();
    }
  };
}
