import { randomUUID } from 'node:crypto';
import { parseArn } from '@xacct/core';
import type { DeployedFunction } from '../assembly/deployed.ts';
import type { Invocation, InvocationResult } from '../services/lambda/invocation.ts';
import type { Clock } from '../shared/clock.ts';
import type { Faults } from './faults.ts';

type Invoke = (invocation: Invocation) => Promise<InvocationResult>;

/**
 * The invocations of an event source mapping, which Lambda makes inside: they meet the errors and latencies of an Invoke,
 * but no connection can hang or be reset. A batch that is delivered twice comes again as after a lost checkpoint.
 */
export function invokeWithFaults(
  invoke: Invoke,
  { arn, name }: Pick<DeployedFunction, 'arn' | 'name'>,
  faults: Faults,
  clock: Clock,
): Invoke {
  const { region, account } = parseArn(arn);
  const subject = { account, region, function: name };
  return async (invocation) => {
    const { latencyMs, ending } = faults.ofInnerCall({
      ...subject,
      service: 'lambda',
      operation: 'InvokeFunction',
    });
    if (latencyMs > 0) await clock.sleep(latencyMs);
    if (ending !== undefined) throw ending;
    const result = await invoke(invocation);
    if (!faults.duplicates('batch', subject)) return result;
    return invoke({ ...invocation, requestId: randomUUID() });
  };
}
