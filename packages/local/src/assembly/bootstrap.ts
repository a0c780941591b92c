import { accountRootArn, cdkRoleArn, cdkVersionParameter, partitionOf } from '@xacct/core';
import { parseIdentityPolicy, parseTrustPolicy } from '../iam/policy-forms.ts';
import type { DeployedParameter, DeployedRole } from './deployed.ts';
import type { StackArtifact } from './read-assembly.ts';

/** What the CDK's bootstrap stack holds of an account and region, as far as it is used after a deployment. */
export interface Bootstrap {
  roles: DeployedRole[];
  parameters: DeployedParameter[];
}

/** The version of the bootstrap stack of the CDK that the command runs. */
const VERSION = '30';

/** Of the managed policy ReadOnlyAccess what the services here know. */
const READ_ONLY = parseIdentityPolicy(
  {
    Version: '2012-10-17',
    Statement: {
      Effect: 'Allow',
      Action: [
        'cloudformation:Describe*',
        'cloudformation:Get*',
        'cloudformation:List*',
        'cloudwatch:Describe*',
        'cloudwatch:Get*',
        'cloudwatch:List*',
        'dynamodb:DescribeStream',
        'dynamodb:List*',
        'kinesis:Describe*',
        'kinesis:List*',
        'lambda:Get*',
        'lambda:List*',
        'logs:Describe*',
        'logs:FilterLogEvents',
        's3:Get*',
        's3:List*',
        'sqs:Get*',
        'sqs:List*',
        'ssm:Get*',
      ],
      Resource: '*',
    },
  },
  'ReadOnlyAccess',
);

/**
 * The bootstrap of every account and region with a stack: the role that reads, which trusts its own account and the source
 * account, and the parameter that every template asks for.
 * https://docs.aws.amazon.com/cdk/v2/guide/bootstrapping-env.html
 */
export function bootstrapOf(stacks: readonly StackArtifact[], sourceAccount: string): Bootstrap {
  const environments = new Map(stacks.map((stack) => [`${stack.account} ${stack.region}`, stack]));
  return {
    roles: [...environments.values()].map((stack) => lookupRole(stack, sourceAccount)),
    parameters: [...environments.values()].map(({ account, region, template }) => {
      return { account, region, name: parameterOf(template), value: VERSION };
    }),
  };
}

function lookupRole({ account, region, template }: StackArtifact, sourceAccount: string): DeployedRole {
  const partition = partitionOf(region);
  const [, qualifier] = /^\/cdk-bootstrap\/(\w+)\/version$/.exec(parameterOf(template)) ?? [];
  const arn = cdkRoleArn({ partition, ...(qualifier && { qualifier }) }, 'lookup', { account, region });
  const name = arn.split('/').at(-1) ?? '';
  const trusted = [...new Set([account, sourceAccount])];
  const trust = {
    Version: '2012-10-17',
    Statement: {
      Effect: 'Allow',
      Action: 'sts:AssumeRole',
      Principal: { AWS: trusted.map((one) => accountRootArn({ partition, account: one, region })) },
    },
  };
  return {
    arn,
    name,
    account,
    trust: parseTrustPolicy(trust, name),
    policies: [READ_ONLY],
    maxSessionSeconds: 3600,
  };
}

/** The default of the parameter by which a template asks for the version. */
function parameterOf(template: Record<string, unknown>): string {
  const { BootstrapVersion } = (template.Parameters ?? {}) as { BootstrapVersion?: { Default?: unknown } };
  const { Default } = BootstrapVersion ?? {};
  return typeof Default === 'string' ? Default : cdkVersionParameter({});
}
