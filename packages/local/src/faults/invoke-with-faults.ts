import { randomUUID } from 'node:crypto';
import type { Invocation, InvocationResult } from '../services/lambda/invocation.ts';
import type { Clock } from '../shared/clock.ts';
import { type Faults, functionPlace } from './faults.ts';

type Invoke = (invocation: Invocation) => Promise<InvocationResult>;

/**
 * The invocations of an event source mapping, which Lambda makes inside: they meet the errors and latencies of an Invoke,
 * but no connection can hang or be reset. A batch that is delivered twice comes again as after a lost checkpoint.
 */
export function invokeWithFaults(invoke: Invoke, arn: string, faults: Faults, clock: Clock): Invoke {
  const place = functionPlace(arn);
  return async (invocation) => {
    const { latencyMs, ending } = faults.ofInnerInvocation(place);
    if (latencyMs > 0) await clock.sleep(latencyMs);
    if (ending !== undefined) throw ending;
    const result = await invoke(invocation);
    if (!faults.duplicates('batch', place)) return result;
    return invoke({ ...invocation, requestId: randomUUID() });
  };
}
