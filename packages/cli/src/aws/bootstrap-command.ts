import type { Source } from '@xacct/core';

/** The version in `package.json`. 3.0.0 on the registry is an older build. */
export const CDK_VERSION = '2.1148.1';

/** How an account is prepared, for a message. Its permissions depend on the routes file, so the export contains the commands. */
export function bootstrapCommand(account: string, { account: from }: Source): string {
  return `xacct export ${account} --bootstrap-policy --out bootstrap.yaml, whose first lines have the commands that let ${from} deploy there`;
}

/**
 * The command that prepares an account, to be run with the account's credentials.
 *
 * @param account an ID, or a placeholder for one
 * @param region of its stacks, or a placeholder for several regions
 * @param policies the names of managed policies of the account, for CloudFormation's role
 */
export function cdkBootstrapCommand(
  { account, region }: { account: string; region: string },
  policies: readonly string[],
  { account: from, partition, qualifier }: Source,
): string {
  const arns = policies.map((policy) => `arn:${partition}:iam::${account}:policy/${policy}`);
  return [
    `npx aws-cdk@${CDK_VERSION} bootstrap aws://${account}/${region}`,
    // Another bootstrap stack of the account keeps the CDK's own name.
    ...(qualifier === undefined
      ? []
      : [`--qualifier ${qualifier} --toolkit-stack-name CDKToolkit-${qualifier}`]),
    ...(account === from ? [] : [`--trust ${from}`]),
    `--cloudformation-execution-policies ${arns.join(',')}`,
  ].join(' ');
}
