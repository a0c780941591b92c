import type { StoredRoute } from '@xacct/core';
import { REGION, SOURCE } from '../../local/test/factories.ts';

export { deployedMapping, invocation, REGION, SOURCE, TARGET } from '../../local/test/factories.ts';

export function storedRoute(part: Pick<StoredRoute, 'targets'> & Partial<StoredRoute>): StoredRoute {
  const queueUrl = `https://sqs.${REGION}.amazonaws.com/${SOURCE}/orders`;
  return {
    name: 'orders',
    deaggregate: false,
    retryQueueUrl: `${queueUrl}-retry`,
    deadLetterQueueUrl: `${queueUrl}-dead-letters`,
    retryForSeconds: 86_400,
    ...part,
  };
}
