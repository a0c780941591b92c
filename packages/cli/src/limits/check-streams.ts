import type { Routes } from '@xacct/core';
import { CommandFailure } from '../terminal/command-failure.ts';
import { few } from '../terminal/count.ts';

/** How many names a message lists. */
const MOST_NAMES = 10;

/**
 * Checks that streams are routed.
 *
 * @throws {CommandFailure} for the first that no route reads
 */
export function checkStreams({ routes }: Routes, streams: readonly string[], file: string): void {
  const known = new Set(routes.map(({ stream }) => stream.name));
  const unknown = streams.find((stream) => !known.has(stream));
  if (unknown === undefined) return;
  throw new CommandFailure(
    `${file} routes no stream "${unknown}", expected one of ${few([...known], MOST_NAMES)}`,
    2,
  );
}
