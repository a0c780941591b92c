import { readPausedKey } from '@xacct/core';

/** An object of the failure bucket that holds records to which no message refers. */
export interface KeptObject {
  /** Records of a paused target, or those that no invocation can carry. */
  kind: 'paused' | 'too-large';
  route: string;
  /** ARN of the function. */
  target: string;
  records: number;
}

/** Reads what keys say; other objects are left out. */
export function readKeptObjects(keys: readonly string[]): KeptObject[] {
  return keys.flatMap((key) => readPaused(key) ?? readTooLarge(key) ?? []);
}

function readPaused(key: string): KeptObject | undefined {
  const paused = readPausedKey(key);
  if (paused === undefined) return undefined;
  const [, , route = ''] = key.split('/');
  return { kind: 'paused', route, target: paused.functionArn, records: paused.records };
}

function readTooLarge(key: string): KeptObject | undefined {
  const [, route, target, records] = /^parked\/([^/]+)\/([^/]+)\/.*-(\d+)\.json$/.exec(key) ?? [];
  if (route === undefined || target === undefined) return undefined;
  return { kind: 'too-large', route, target, records: Number(records) };
}
