import { GetParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { cdkVersionParameter } from '@xacct/core';
import pLimit from 'p-limit';
import { accountCredentials } from '../../aws/account-credentials.ts';
import { bootstrapCommand } from '../../aws/bootstrap-command.ts';
import type { Environment, Examined } from '../examined.ts';
import type { Finding } from '../finding.ts';

/** The templates of the CDK refuse an earlier one. https://docs.aws.amazon.com/cdk/v2/guide/bootstrapping-env.html#bootstrapping-template */
const LEAST = 6;
const AT_ONCE = 5;

/** Checks the versions of the CDK's bootstrap stacks: an earlier one lets no deployment through. */
export async function checkBootstrap(
  environments: readonly Environment[],
  { routes: { source }, labels, profile }: Pick<Examined, 'routes' | 'labels' | 'profile'>,
): Promise<Finding[]> {
  const parameter = cdkVersionParameter(source);
  const found = await pLimit(AT_ONCE).map(environments, async ({ account, region }): Promise<Finding[]> => {
    const version = await versionIn(account, region).catch(
      (error: Error) => `${error.name}: ${error.message}`,
    );
    if (typeof version === 'number' && version >= LEAST) return [];
    return [
      {
        severity: 'warning',
        check: 'bootstrap',
        where: `account ${labels.account(account)}, ${region}`,
        found:
          typeof version === 'number'
            ? `version ${version} of the CDK's bootstrap stack`
            : `the version of the CDK's bootstrap stack cannot be read (${parameter}): ${version}`,
        expected: `version ${LEAST} or later`,
        fix: bootstrapCommand(account, source),
        routes: [],
      },
    ];
  });
  return found.flat();

  /** Not a number where the account has no such parameter. */
  async function versionIn(account: string, region: string): Promise<number> {
    const ssm = new SSMClient({
      region,
      credentials: () => accountCredentials({ source, account, region, role: 'lookup', profile }),
    });
    try {
      const { Parameter } = await ssm.send(new GetParameterCommand({ Name: parameter }));
      return Number(Parameter?.Value);
    } finally {
      ssm.destroy();
    }
  }
}
