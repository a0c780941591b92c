import type { Routes } from '@xacct/core';
import { CommandFailure } from '../terminal/command-failure.ts';

/**
 * Checks that streams are routed.
 *
 * @throws {CommandFailure} for the first that no route reads
 */
export function checkStreams({ routes }: Routes, streams: readonly string[], file: string): void {
  const known = new Set(routes.map(({ stream }) => stream.name));
  const unknown = streams.find((stream) => !known.has(stream));
  if (unknown === undefined) return;
  const some = [...known].slice(0, 10).join(', ');
  const more = known.size > 10 ? ` and ${known.size - 10} more` : '';
  throw new CommandFailure(`${file} routes no stream "${unknown}", expected one of ${some}${more}`, 2);
}
