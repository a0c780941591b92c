import type { Call } from './moto/call.ts';

/** The stacks that CloudFormation was asked to deploy or delete, by account, in this order. */
export function writtenStacks(calls: readonly Call[]): string[] {
  return calls
    .filter(({ service, action }) => service === 'cloudformation' && WRITES.has(action))
    .map(({ account, parameters: { StackName } }) => `${account} ${StackName}`);
}

/** A change set is what the CDK deploys by. */
const WRITES = new Set(['ExecuteChangeSet', 'CreateStack', 'UpdateStack', 'DeleteStack']);
