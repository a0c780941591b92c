import { decodeParkedRecords } from '@xacct/core';
import type { ObjectStore } from '../aws/object-store.ts';
import type { Log } from '../invocation/log.ts';
import { reasonOf } from '../invocation/reason-of.ts';
import type { Letter } from './letter.ts';

/** The records of letters, where these refer to objects of the failure bucket. */
export interface WaitingObjects {
  /** Reads what letters refer to. Never rejects; `unread` are the letters whose object could not be read. */
  load(
    letters: readonly Letter[],
    signal: AbortSignal,
  ): Promise<{ contents: { letter: Letter; records: readonly object[] }[]; unread: Letter[] }>;
  /** Deletes the objects of letters whose records are elsewhere by now. Never rejects; the bucket expires what is left. */
  drop(letters: readonly Letter[], signal: AbortSignal): Promise<void>;
}

export function createWaitingObjects(options: { objects: ObjectStore; log: Log }): WaitingObjects {
  const { objects, log } = options;

  async function read({ parked }: Letter, signal: AbortSignal): Promise<readonly object[]> {
    if (parked.object === undefined) return parked.records;
    const text = await objects.get(parked.object, signal);
    if (text === undefined) {
      // SQS may bring a message twice: the records were delivered, or parked again, with the first.
      log.warn('The object of parked records is gone; they were handled before', {
        target: parked.target,
        object: parked.object,
      });
      return [];
    }
    const held = decodeParkedRecords(text);
    // It stays where it is, for a person to look at.
    if (held === undefined) throw new Error('The object holds no parked records');
    return held.records;
  }

  return {
    async load(letters, signal) {
      const contents: { letter: Letter; records: readonly object[] }[] = [];
      const unread: Letter[] = [];
      const results = await Promise.allSettled(letters.map((letter) => read(letter, signal)));
      for (const [index, result] of results.entries()) {
        const letter = letters[index];
        if (letter === undefined) continue;
        if (result.status === 'fulfilled') contents.push({ letter, records: result.value });
        else {
          unread.push(letter);
          log.error('Parked records could not be read from the failure bucket', {
            target: letter.parked.target,
            object: letter.parked.object,
            reason: String(result.reason),
          });
        }
      }
      return { contents, unread };
    },
    async drop(letters, signal) {
      const keys = letters.flatMap(({ parked }) => parked.object ?? []);
      await Promise.all(
        keys.map((key) =>
          objects.delete(key, signal).catch((error: Error) => {
            log.warn('An object of the failure bucket could not be deleted; it expires by itself', {
              object: key,
              reason: reasonOf(error),
            });
          }),
        ),
      );
    },
  };
}
