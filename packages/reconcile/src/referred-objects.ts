import { decodeParkedRecords, isPausedKey, WAITING_PREFIX } from '@xacct/core';
import type { Invocation, ObjectText } from '@xacct/local';
import { recordsIn } from './records-in.ts';

/**
 * What is kept for later, each record once: the bodies of messages, and the texts of objects. A message that refers to an
 * object holds no records itself, so the object is counted. An object under `waiting/` that no message refers to is left
 * out: its message was handled, and nothing sends its records again. So are the records of paused targets.
 *
 * @param bodies of all messages, as they were before the objects were read
 */
export function keptTexts(bodies: readonly string[], objects: readonly ObjectText[]): string[] {
  const referred = new Set(bodies.map(referenceIn));
  const kept = objects.filter(({ key }) => !key.startsWith(WAITING_PREFIX) || referred.has(key));
  return [...bodies, ...kept.map(({ text }) => text)];
}

/** The texts of the objects that hold the records of paused targets. */
export function pausedTexts(objects: readonly ObjectText[]): string[] {
  return objects.filter(({ key }) => isPausedKey(key)).map(({ text }) => text);
}

/**
 * The invocation, with the text of the object in place of each message body that refers to one.
 *
 * @param textOf the object with a key; undefined where there is none
 */
export function withReferredRecords(
  invocation: Invocation,
  textOf: (key: string) => string | undefined,
): Invocation {
  const { event } = invocation;
  const records = recordsIn<{ body?: unknown }>(event);
  if (invocation.queueArn === undefined || records.length === 0) return invocation;
  const Records = records.map((record) => {
    const key = typeof record.body === 'string' ? referenceIn(record.body) : undefined;
    const body = key === undefined ? undefined : textOf(key);
    return body === undefined ? record : { ...record, body };
  });
  return { ...invocation, event: { ...(event as object), Records } };
}

/** The key of the object that a message refers to. */
function referenceIn(body: string): string | undefined {
  return decodeParkedRecords(body)?.object;
}
