import type { Source } from '@xacct/core';

/** The version that `package.json` asks for. 3.0.0 on the registry is an older build. */
export const CDK_VERSION = '2.1148.1';

/** The command that prepares an account, to be run with its own credentials; docs/deploying.md says what it grants. */
export function bootstrapCommand(account: string, { account: from, region, partition }: Source): string {
  const bootstrap = `npx aws-cdk@${CDK_VERSION} bootstrap aws://${account}/${region}`;
  if (account === from) return bootstrap;
  const policies = ['IAMFullAccess', 'AmazonSSMReadOnlyAccess'].map(
    (policy) => `arn:${partition}:iam::aws:policy/${policy}`,
  );
  return `${bootstrap} --trust ${from} --cloudformation-execution-policies ${policies.join(',')}`;
}
