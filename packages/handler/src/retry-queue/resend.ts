import type { Breaker } from '../delivery/breaker.ts';
import type { Failure } from '../delivery/failure-class.ts';
import { notCalled } from '../delivery/isolate.ts';
import { targetKey } from '../delivery/target-key.ts';
import { systemClock } from '../invocation/clock.ts';
import { split } from '../invocation/split.ts';
import { groupForCall, hasFailedBefore, isExpired, type Letter } from './letter.ts';
import { createPauseLetters } from './pause-letters.ts';
import { recordsInTime } from './records-per-call.ts';
import { createSendTogether, type SendTogetherOptions, type TargetLetters } from './send-together.ts';

/**
 * Sends the records of letters to their target, or puts them off. Never rejects; returns the letters whose records are
 * neither delivered nor kept elsewhere.
 */
export type Resend = (work: TargetLetters) => Promise<ReadonlySet<Letter>>;

/** A message may be a little early: SQS delays by full seconds. */
const DUE_SOON_MS = 1_000;
/**
 * Messages in a row that records may be in. Waits of 15 min make 1,344 in the longest time for retries, 14 days; more show
 * that messages go round without an end.
 */
const MOST_HOPS = 10_000;

export function createResend(options: SendTogetherOptions & { breaker: Breaker }): Resend {
  const { repost, breaker, pace, clock = systemClock } = options;
  const sendTogether = createSendTogether(options);
  const pauseLetters = createPauseLetters(options);

  /** Takes letters off that one call is to carry: more than one only where they are known not to take too long. */
  function takeForCall(work: TargetLetters, rest: Letter[]): [Letter, ...Letter[]] | undefined {
    const [first, ...others] = rest;
    if (first === undefined) return undefined;
    const isBounded = work.target.invocation === 'request-response' && !hasFailedBefore(first);
    let room = isBounded ? recordsInTime(pace, work) - first.parked.count : Number.POSITIVE_INFINITY;
    const together: [Letter, ...Letter[]] = [first];
    for (const letter of others) {
      room -= letter.parked.count;
      if (room < 0) break;
      together.push(letter);
    }
    rest.splice(0, together.length);
    return together;
  }

  return async (work) => {
    const { route, target, letters } = work;
    if (target.paused) return pauseLetters(work);
    const now = clock.now();
    const unkept = new Set<Letter>();
    const keep = async (unsent: Promise<Iterable<Letter>>) => {
      for (const letter of await unsent) unkept.add(letter);
    };
    const [due, early] = split(
      letters,
      ({ dueAt, receivedAt }) => dueAt <= Math.max(now, receivedAt) + DUE_SOON_MS,
    );
    await keep(repost(work, early, { to: 'retry' }));
    const [tooOften, live] = split(due, ({ hops }) => hops >= MOST_HOPS);
    await keep(repost(work, tooOften, { to: 'dead-letters', failure: TOO_MANY_HOPS }));
    if (live.length === 0) return unkept;

    const key = targetKey(target);
    const isExpiredNow = (letter: Letter) => isExpired(letter, route, now);
    const asked = breaker.ask(key, live.some(isExpiredNow));
    let stop = asked === 'wait' ? breaker.openedBy(key) : undefined;
    for (const group of groupForCall(live)) {
      const rest = [...group];
      while (stop === undefined) {
        const together = takeForCall(work, rest);
        if (together === undefined) break;
        const sent = await sendTogether(work, together);
        for (const letter of sent.unkept) unkept.add(letter);
        stop = sent.stop;
        // A probe is one call.
        if (asked === 'probe') stop ??= breaker.openedBy(key);
      }
      if (stop === undefined) continue;
      const failure = stop.class === 'untried' ? stop : notCalled(stop);
      const [over, waits] = split(rest, (letter) => isExpiredNow(letter) && failure.class !== 'untried');
      await keep(repost(work, over, { to: 'dead-letters', failure: stop }));
      await keep(repost(work, waits, { to: 'retry', failure }));
    }
    breaker.probed(key);
    return unkept;
  };
}

const TOO_MANY_HOPS: Failure = {
  class: 'untried',
  reason: `The records were in ${MOST_HOPS} messages, one after another`,
};
