import { hash, randomBytes } from 'node:crypto';
import { functionArn, functionFromArn } from '@xacct/core';

/**
 * The header `X-Amzn-Trace-Id`, by which Lambda counts the invocations of a chain of requests:
 * `Root=1-…;Parent=…;Sampled=0;Lineage=1:fe460cdd:0`. An SDK that runs in a function sends on what the function got.
 * https://docs.aws.amazon.com/lambda/latest/dg/invocation-recursion.html
 *
 * AWS does not document `Lineage`. Headers of real functions have one entry, of a loop counter, 8 hexadecimal digits and
 * a request counter. Here the loop counter has the invocations of the function that the digits are a hash of, the
 * request counter is always 0, and `|` separates the entries of several functions.
 */

/** The loop counter of real headers ends here: libraries take a larger one for a mistake. */
const LARGEST_COUNT = 32_767;

/**
 * Counts one more invocation of a function.
 *
 * @param headers of all that caused it, e.g. of each message of a batch: the highest count of each function goes on,
 * since AWS does not document how a batch is counted. Without any a chain begins
 * @param now epoch ms
 * @returns the header that the function gets, with this invocation counted, and the number of its invocations in this chain before
 */
export function nextTrace(headers: readonly string[], functionArn: string, now: number) {
  const traces = headers.map(readTrace);
  const counts = new Map<string, number>();
  for (const { lineage } of traces)
    for (const [digits, count] of lineage) counts.set(digits, Math.max(count, counts.get(digits) ?? 0));
  const own = hashOf(functionArn);
  const before = counts.get(own) ?? 0;
  counts.set(own, Math.min(before + 1, LARGEST_COUNT));
  const root = traces.find(({ lineage }) => (lineage.get(own) ?? 0) === before)?.root ?? newRoot(now);
  const entries = Array.from(counts, ([digits, count]) => `${count}:${digits}:0`).join('|');
  const parent = randomBytes(8).toString('hex');
  // Nothing here is sent to X-Ray.
  return { header: `Root=${root};Parent=${parent};Sampled=0;Lineage=${entries}`, before };
}

/** What cannot be read of a header is as if it were not there. */
function readTrace(header: string): { root: string | undefined; lineage: ReadonlyMap<string, number> } {
  const pairs = header.matchAll(/(?<=^|;)\s*([^=;]+)=([^;]*)/g);
  const fields = new Map(Array.from(pairs, ([, name, value = '']) => [name, value.trim()]));
  const root = fields.get('Root');
  const entries = (fields.get('Lineage') ?? '').matchAll(/(?<=^|\|)(\d{1,5}):([0-9a-f]{8}):\d+(?=$|\|)/g);
  return {
    root: root !== undefined && /^1-[0-9a-f]{8}-[0-9a-f]{24}$/.test(root) ? root : undefined,
    lineage: new Map(Array.from(entries, ([, count, digits]) => [digits ?? '', Number(count)])),
  };
}

/** An alias or a version of a function is the same function. */
function hashOf(invokedArn: string): string {
  const invoked = functionFromArn(invokedArn);
  const arn = functionArn(invoked, invoked.name);
  return hash('sha256', arn).slice(0, 8);
}

/** https://docs.aws.amazon.com/xray/latest/devguide/xray-concepts.html#xray-concepts-tracingheader */
function newRoot(now: number): string {
  const seconds = Math.floor(now / 1000)
    .toString(16)
    .padStart(8, '0');
  return `1-${seconds}-${randomBytes(12).toString('hex')}`;
}
