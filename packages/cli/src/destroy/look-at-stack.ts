import type { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { type Named, namesOf, tagKeys } from '@xacct/core';
import { describeStack, tagsOf } from '../stacks/describe-stacks.ts';
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
  { name, source }: Named,
  route: string,
): Promise<RouteStack> {
  const stackName = namesOf({ name, source }).route(route).stack;
  const where = `account ${source.account}, ${source.region}`;
  const stack = await describeStack(client, stackName);
  if (stack === undefined) {
    throw new CommandFailure(
      `There is no stack ${stackName} in ${where}. "xacct diff" lists the routes that are deployed and not in the file`,
    );
  }
  const { [tagKeys.name]: taggedName = 'not there', [tagKeys.route]: taggedRoute = 'not there' } =
    tagsOf(stack);
  if (taggedName !== name || taggedRoute !== route) {
    throw new CommandFailure(
      `Stack ${stackName} in ${where} is not that of route "${route}": its tags ${tagKeys.name} and ${tagKeys.route} are ${taggedName} and ${taggedRoute}, expected ${name} and ${route}`,
    );
  }
  return { name: stackName, id: stack.StackId ?? stackName, forwarder: tagsOf(stack)[tagKeys.forwarder] };
}
