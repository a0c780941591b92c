import * as limits from '../limits/aws-limits.ts';
import type { Problem, ProblemCode } from '../problems/problem.ts';
import { smallest } from '../values/smallest.ts';

export type DecodedText = { text: string; problem?: undefined } | { text?: undefined; problem: Problem };

/** Reads the bytes of a file as UTF-8 text; reports where they are not UTF-8, and refuses a file that is too large. */
export function decodeText(bytes: Uint8Array, file: string): DecodedText {
  const fail = (line: number, column: number, code: ProblemCode, message: string, hint: string) => {
    const problem: Problem = {
      file,
      path: '',
      line,
      column,
      length: 1,
      severity: 'error',
      code,
      message,
      hint,
    };
    return { problem };
  };

  const { bytes: most } = limits.routesFile;
  if (bytes.length > most) {
    const message = `expected at most ${most} bytes, got ${bytes.length}`;
    return fail(1, 1, 'too-large', message, 'split it into several files, each with a "name" of its own');
  }
  const wrong = firstInvalid(bytes);
  if (wrong === undefined) return { text: new TextDecoder().decode(bytes) };

  const isUtf16 = (bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff);
  const before = new TextDecoder().decode(bytes.subarray(0, wrong));
  const line = before.split('\n').length;
  const byte = `0x${bytes[wrong]?.toString(16).padStart(2, '0')}`;
  const message = isUtf16 ? 'expected UTF-8, got UTF-16' : `expected UTF-8, got the byte ${byte}`;
  return fail(line, before.length - before.lastIndexOf('\n'), 'encoding', message, 'save the file as UTF-8');
}

/** Offset of the first byte that is not UTF-8. It is found by halving, because a decoder does not report it. */
function firstInvalid(bytes: Uint8Array): number | undefined {
  if (isValid(bytes)) return undefined;
  // Also among all bytes, as their last character may be cut.
  const { length } = bytes;
  const isCut = (end: number) => end > length || !isValid(bytes.subarray(0, end), { stream: true });
  let low = smallest(1, length + 1, isCut) - 1;
  // Up to three bytes of a character that was never finished.
  while (!isValid(bytes.subarray(0, low))) low -= 1;
  return low;
}

/** With `stream`, the last character may be cut. */
function isValid(bytes: Uint8Array, options: { stream?: boolean } = {}): boolean {
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(bytes, options);
    return true;
  } catch {
    return false;
  }
}
