import { partitionOf } from '@xacct/core';
import { Stack, Token } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';
import type { RoutesFile } from './routes-file.ts';

/** The account and region of a forwarder and its streams. */
export interface Place {
  partition: string;
  account: string;
  region: string;
}

/**
 * Where a forwarder is, from its stack.
 *
 * @throws {Error} when the stack does not say it, or a routes file says otherwise
 */
export function forwarderPlace(
  scope: IConstruct,
  file: { name: string; source: RoutesFile['source'] } | undefined,
): Place {
  const { account, region } = Stack.of(scope);
  const fix = (env: Pick<Place, 'account' | 'region'>) =>
    `give the stack \`env: { account: '${env.account}', region: '${env.region}' }\``;
  if (Token.isUnresolved(account) || Token.isUnresolved(region)) {
    const give =
      file === undefined
        ? 'give the stack the account and region of the streams as its `env`'
        : `${fix(file.source)}, which is \`routes.env\``;
    throw new Error(
      `${scope.node.path}: the stack says no account and region. Roles in other accounts trust the forwarder by the ARN of its role, which has to be known at synthesis: ${give}`,
    );
  }
  if (file !== undefined && (file.source.account !== account || file.source.region !== region)) {
    throw new Error(
      `${scope.node.path}: expected a stack in account ${file.source.account} and region ${file.source.region}, the source in ${file.name}, got ${account} and ${region}: ${fix(file.source)}, which is \`routes.env\``,
    );
  }
  return { partition: partitionOf(region), account, region };
}

/** @throws {Error} when the resources of a route would not be where the forwarder is */
export function checkRouteScope(
  scope: IConstruct,
  { path, place }: { path: string; place: Pick<Place, 'account' | 'region'> },
): void {
  const { account, region, node } = Stack.of(scope);
  if (account === place.account && region === place.region) return;
  throw new Error(
    `${path}: routeScope: expected a stack of account ${place.account} and region ${place.region}, where the forwarder is, got ${node.path}: give it the same \`env\``,
  );
}
