import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { type AwsControl, controlAws } from '../aws/control.ts';

/** What the programs here share: each runs in a process of its own, and sends back one result. */

export interface BatchResponse {
  batchItemFailures: { itemIdentifier: string }[];
}
export type Handler = (event: unknown, context: object) => Promise<BatchResponse | undefined>;

const require = createRequire(import.meta.url);

export function loadHandler(bundle: string): Handler {
  return (require(bundle) as { handler: Handler }).handler;
}

/** A new instance, as another execution environment would have it. */
export function loadFreshHandler(bundle: string): Handler {
  delete require.cache[bundle];
  return loadHandler(bundle);
}

export function contextOf(remainingMs = 60_000): object {
  const end = Date.now() + remainingMs;
  return { awsRequestId: 'request', getRemainingTimeInMillis: () => end - Date.now() };
}

/** Forwards an event, all of it: what was reported or parked would be measured as very fast. */
export async function forward(handler: Handler, event: unknown): Promise<void> {
  const response = await handler(event, contextOf());
  if (response?.batchItemFailures.length) throw new Error('The handler reported records as failed');
}

export function input<T>(): T {
  return JSON.parse(readFileSync(process.env.BENCH_INPUT ?? '', 'utf8')) as T;
}

export function awsControl(): AwsControl {
  return controlAws(Number(process.env.BENCH_CONTROL_PORT));
}

export async function msOf(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

export function sendResult(result: object): void {
  process.send?.(result, () => process.exit());
}
