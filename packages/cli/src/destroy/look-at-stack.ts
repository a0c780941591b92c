import { type CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { namesOf, type Routes } from '@xacct/core';
import { CommandFailure } from '../terminal/command-failure.ts';

export interface RouteStack {
  name: string;
  /** The ARN, by which even a deleted stack can be described. */
  id: string;
  /** The name of the route's forwarder; undefined where the stack does not say. */
  forwarder?: string | undefined;
}

/**
 * Finds the deployed stack of a route.
 *
 * @throws {CommandFailure} where there is none, or it is another's
 */
export async function lookAtStack(
  client: CloudFormationClient,
  { name, source }: Pick<Routes, 'name' | 'source'>,
  route: string,
): Promise<RouteStack> {
  const stackName = namesOf({ name, source }).route(route).stack;
  const where = `account ${source.account}, ${source.region}`;
  const { Stacks: [stack] = [] } = await client
    .send(new DescribeStacksCommand({ StackName: stackName }))
    .catch((error: Error) => {
      if (!error.message.includes('does not exist')) throw error;
      throw new CommandFailure(
        `There is no stack ${stackName} in ${where}. "xacct diff" lists the routes that are deployed and not in the file`,
      );
    });
  const tags = new Map(stack?.Tags?.map(({ Key, Value }) => [Key, Value]));
  if (tags.get('xacct:name') !== name || tags.get('xacct:route') !== route) {
    throw new CommandFailure(
      `Stack ${stackName} in ${where} is not that of route "${route}": its tags xacct:name and xacct:route are ${tags.get('xacct:name') ?? 'not there'} and ${tags.get('xacct:route') ?? 'not there'}, expected ${name} and ${route}`,
    );
  }
  return { name: stackName, id: stack?.StackId ?? stackName, forwarder: tags.get('xacct:forwarder') };
}
