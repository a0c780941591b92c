import { contextOf, type Handler, input, loadHandler, sendResult } from './program.ts';

/**
 * Heap after routes of as many targets each: two whose targets share one role, then two with a role for each. What one of
 * these takes beyond the second is the roles'. The third also makes what is made once: 25 connections to STS, and code.
 */
const { bundle, events, roles } = input<{ bundle: string; events: object[]; roles: number }>();
const handler = loadHandler(bundle);
const heap: number[] = [];
for (const event of events) {
  await forwardInTheEnd(handler, event);
  // Idle connections and what finalizers free take a turn or two.
  await new Promise((resolve) => setTimeout(resolve, 200));
  for (let time = 0; time < 3; time++) globalThis.gc?.();
  heap.push(process.memoryUsage().heapUsed);
}
const [afterFirst = 0, afterShared = 0, afterRoles = 0, afterFurther = 0] = heap;
const shared = afterShared - afterFirst;
sendResult({
  perFirstRole: (afterRoles - afterShared - shared) / roles,
  perRole: (afterFurther - afterRoles - shared) / roles,
});

/** So many roles at once may take a slow machine longer than one invocation waits; those it got, it keeps. */
async function forwardInTheEnd(to: Handler, event: object): Promise<void> {
  for (let time = 0; time < 10; time++) {
    const response = await to(event, contextOf());
    if (!response?.batchItemFailures.length) return;
  }
  throw new Error('The handler reported records as failed, time and again');
}
