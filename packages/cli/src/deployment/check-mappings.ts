import { setTimeout as sleep } from 'node:timers/promises';
import { type CloudFormationClient, DescribeStackResourcesCommand } from '@aws-sdk/client-cloudformation';
import { GetEventSourceMappingCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { type AccountCredentialsOptions, clientConfig } from '../aws/account-credentials.ts';
import { resourcesOf, type Stack } from '../stacks/stack.ts';

export interface StackCheck {
  /** Why the stack is not what was sent; undefined where it is. */
  problem?: string | undefined;
  /** Why that is not known. */
  unchecked?: string;
}

/** A change of a mapping takes up to two minutes; CloudFormation waits for most of it. */
const MOST_LOOKS = 60;
const BETWEEN_MS = 2_000;

/** Checks whether the mappings of a route's stack are enabled, and whether their last call of the function succeeded. */
export async function checkMappings(
  stack: Stack,
  client: CloudFormationClient,
  options: AccountCredentialsOptions,
  signal: AbortSignal,
): Promise<StackCheck> {
  const lambda = new LambdaClient(clientConfig(options));
  try {
    const { StackResources = [] } = await client.send(
      new DescribeStackResourcesCommand({ StackName: stack.name }),
    );
    const uuids = new Map(
      StackResources.map(({ LogicalResourceId, PhysicalResourceId }) => [
        LogicalResourceId,
        PhysicalResourceId,
      ]),
    );
    for (const [id, { Type, Properties }] of resourcesOf(stack)) {
      if (Type !== 'AWS::Lambda::EventSourceMapping') continue;
      const wanted = Properties?.Enabled === false ? 'Disabled' : 'Enabled';
      const problem = await lookAt(lambda, uuids.get(id) ?? '', wanted, signal);
      if (problem !== undefined)
        return { problem: `its event source mapping ${id} (${uuids.get(id)}) ${problem}` };
    }
    return {};
  } catch (error) {
    const { name, message } = error as Error;
    return { unchecked: `what its event source mappings do cannot be read: ${name}: ${message}` };
  } finally {
    lambda.destroy();
  }
}

/** What is wrong with a mapping after its last change. */
async function lookAt(
  lambda: LambdaClient,
  uuid: string,
  wanted: 'Enabled' | 'Disabled',
  signal: AbortSignal,
): Promise<string | undefined> {
  for (let looks = 1; ; looks++) {
    const { State = 'unknown', LastProcessingResult = '' } = await lambda.send(
      new GetEventSourceMappingCommand({ UUID: uuid }),
    );
    // The result is free text, such as `No records processed`, `OK` or `PROBLEM: Function call failed`.
    if (State === wanted)
      return /^PROBLEM/i.test(LastProcessingResult) ? `says "${LastProcessingResult}"` : undefined;
    if (!State.endsWith('ing') || looks === MOST_LOOKS || signal.aborted) {
      return `is ${State}, expected ${wanted}`;
    }
    await sleep(BETWEEN_MS, undefined, { signal }).catch(() => undefined);
  }
}
