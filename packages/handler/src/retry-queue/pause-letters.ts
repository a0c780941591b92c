import { PAUSED } from '../delivery/failure-class.ts';
import { type Clock, systemClock } from '../invocation/clock.ts';
import type { Metrics } from '../invocation/metrics.ts';
import { split } from '../invocation/split.ts';
import type { Park } from '../parking/park.ts';
import { groupForCall, historyOf, itemsOf, type Letter } from './letter.ts';
import type { Repost } from './repost.ts';
import type { TargetLetters } from './send-together.ts';
import type { WaitingObjects } from './waiting-objects.ts';

/**
 * Keeps the records of letters to a paused target in the failure bucket, where they cost nothing until it is resumed. Never
 * rejects; returns the letters whose records are not kept there.
 */
export type PauseLetters = (work: TargetLetters) => Promise<ReadonlySet<Letter>>;

/** Until an object that could not be read is read again. */
const READ_AGAIN_MS = 60_000;

export function createPauseLetters(options: {
  park: Park;
  repost: Repost;
  waiting: WaitingObjects;
  metrics: Pick<Metrics, 'addTarget'>;
  clock?: Clock;
}): PauseLetters {
  const { park, repost, waiting, metrics, clock = systemClock } = options;

  return async (work) => {
    const { route, target, deadline, requestId } = work;
    const { contents, unread } = await waiting.load(work.letters, deadline.send);
    const again = { to: 'retry', dueAt: clock.now() + READ_AGAIN_MS } as const;
    const unkept = new Set<Letter>(await repost(work, unread, again));

    let [paused, failed] = [0, 0];
    const read = new Map(contents.map((content) => [content.letter, content]));
    await Promise.all(
      groupForCall([...read.keys()]).map(async (group) => {
        const { items, lettersOf } = itemsOf(group.flatMap((letter) => read.get(letter) ?? []));
        const { streamArn, shardId } = group[0].parked;
        const parking = { route, streamArn, shardId, target: target.functionArn, deadline, requestId };
        const parcel = { ...historyOf(group), items, failure: PAUSED };
        const lost = await park({ ...parking, to: 'retry' }, [parcel]);
        for (const item of lost) for (const letter of lettersOf.get(item) ?? []) unkept.add(letter);
        paused += items.length - lost.size;
        failed += lost.size;
      }),
    );
    const [, done] = split([...read.keys()], (letter) => unkept.has(letter));
    await waiting.drop(done, deadline.park);
    metrics.addTarget(route.name, target.functionArn, {
      recordsIn: paused + failed,
      delivered: 0,
      filtered: 0,
      parked: 0,
      paused,
      failed,
      invokeLatency: [],
    });
    return unkept;
  };
}
