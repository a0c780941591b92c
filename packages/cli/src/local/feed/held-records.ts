import { PROBE_MESSAGE } from '@xacct/core';
import type { QueuedMessage } from '@xacct/local';
import type { DeployedRoute, RoutedAws } from '@xacct/reconcile';
import type { Waiting } from '../../monitor/status.ts';
import { type KeptObject, readKeptObjects } from './kept-objects.ts';
import { type Letter, readLetter } from './letter.ts';

/** The records of a route that are kept somewhere now, each counted once. */
export interface HeldRecords {
  /** Null where there is no such queue. */
  waiting: Held | null;
  /** With those that no invocation can carry, which are in the failure bucket. */
  dead: Held | null;
  /** Records of paused targets, by target. */
  paused: ReadonlyMap<string, number>;
}

export interface Held extends Waiting {
  records: number;
  /** By target. */
  ofTargets: ReadonlyMap<string, number>;
}

/** Looks at what the queues and buckets of a local AWS hold at this moment. */
export type LookAtHeld = (
  aws: Pick<RoutedAws, 'queues' | 'objectKeys'>,
  now: number,
) => (route: Pick<DeployedRoute, 'name' | 'retryQueueUrl' | 'deadLetterQueueUrl'>) => HeldRecords;

/** Remembers what it has read of each message, which never changes. */
export function createLookAtHeld(): LookAtHeld {
  let known = new Map<string, Letter>();
  return ({ queues, objectKeys }, now) => {
    const read = new Map<string, Letter>();
    const lettersIn = (messages: readonly QueuedMessage[]) =>
      messages.flatMap((message) => {
        // That it comes to the forwarder is all that a probe is for.
        if (message.body === PROBE_MESSAGE) return [];
        const letter = known.get(message.id) ?? readLetter(message);
        read.set(message.id, letter);
        return [letter];
      });
    const byUrl = new Map(queues.map(({ url, messages }) => [url, lettersIn(messages())]));
    known = read;
    const keys = objectKeys();
    const objects = Map.groupBy(readKeptObjects(keys), ({ route }) => route);
    const present = new Set(keys);

    return ({ name, retryQueueUrl, deadLetterQueueUrl }) => {
      const { paused = [], 'too-large': tooLarge = [] } = Object.groupBy(
        objects.get(name) ?? [],
        ({ kind }) => kind,
      );
      // A message that the forwarder works on stays until what is left of it is elsewhere: the records are in both then.
      const counted = new Set<string>();
      const count = (url: string) => countLetters(byUrl.get(url), { present, counted, now });
      const dead = count(deadLetterQueueUrl);
      const waiting = count(retryQueueUrl);
      return { waiting, dead: dead && withObjects(dead, tooLarge), paused: byTarget(paused) };
    };
  };
}

/**
 * @param present keys of all objects
 * @param counted the records that are counted already, and the objects that hold some
 */
function countLetters(
  letters: readonly Letter[] | undefined,
  { present, counted, now }: { present: ReadonlySet<string>; counted: Set<string>; now: number },
): Held | null {
  if (letters === undefined) return null;
  const found = letters
    .map((letter) => ({ ...letter, records: takeUncounted(letter, present, counted) }))
    .filter(({ target, records }) => target === undefined || records > 0);
  const since = Math.min(...found.map((letter) => letter.since));
  return {
    messages: found.length,
    records: found.reduce((sum, { records }) => sum + records, 0),
    oldestSeconds: found.length === 0 ? null : Math.max(0, Math.floor((now - since) / 1000)),
    ofTargets: byTarget(
      found.flatMap(({ target, records }) => (target === undefined ? [] : { target, records })),
    ),
  };
}

/** The number of a message's records that are not counted yet. */
function takeUncounted(
  { ids, object, count }: Letter,
  present: ReadonlySet<string>,
  counted: Set<string>,
): number {
  if (object !== undefined) {
    // Without its object a message is void.
    if (!present.has(object) || counted.has(object)) return 0;
    counted.add(object);
    return count;
  }
  const fresh = ids.filter((id) => !counted.has(id));
  for (const id of fresh) counted.add(id);
  return fresh.length;
}

function withObjects(held: Held, objects: readonly KeptObject[]): Held {
  const all = [...Array.from(held.ofTargets, ([target, records]) => ({ target, records })), ...objects];
  const records = objects.reduce((sum, object) => sum + object.records, held.records);
  return { ...held, messages: held.messages + objects.length, records, ofTargets: byTarget(all) };
}

function byTarget(all: readonly { target: string; records: number }[]): Map<string, number> {
  const sums = new Map<string, number>();
  for (const { target, records } of all) sums.set(target, (sums.get(target) ?? 0) + records);
  return sums;
}
