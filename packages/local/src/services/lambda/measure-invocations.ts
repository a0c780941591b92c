import { functionFromArn } from '@xacct/core';
import { AwsError } from '../../shared/aws-error.ts';
import type { Clock } from '../../shared/clock.ts';
import type { Metrics } from '../cloudwatch/metrics.ts';
import type { FunctionRuntime } from './invocation.ts';

/**
 * Runs invocations, and counts them as Lambda does: a throttled one did not run, and is no error.
 * https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-types.html
 */
export function measureInvocations(
  { invoke }: FunctionRuntime,
  functionArn: string,
  metrics: Metrics,
  clock: Clock,
): FunctionRuntime['invoke'] {
  const { name, ...place } = functionFromArn(functionArn);
  const put = (metric: string, value: number, unit: string) =>
    metrics.put(
      place,
      { namespace: 'AWS/Lambda', name: metric, dimensions: { FunctionName: name } },
      [value],
      { unit },
    );
  return async (invocation) => {
    const startedAt = clock.now();
    try {
      const result = await invoke(invocation);
      put('Invocations', 1, 'Count');
      put('Duration', clock.now() - startedAt, 'Milliseconds');
      put('Errors', result.functionError === undefined ? 0 : 1, 'Count');
      return result;
    } catch (error) {
      if (error instanceof AwsError && error.status === 429) put('Throttles', 1, 'Count');
      throw error;
    }
  };
}
