import { AssumeRoleCommand, GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { cdkRoleArn, type Source } from '@xacct/core';

/** Roles of the CDK's bootstrap stack: `lookup` reads, `deploy` deploys. */
export type CdkRole = 'lookup' | 'deploy';

export interface AccountCredentials {
  accessKeyId: string;
  secretAccessKey: string;
  sessionToken?: string;
  expiration?: Date;
}

export interface AccountCredentialsOptions {
  source: Source;
  account: string;
  /** The region in which the account is bootstrapped. */
  region: string;
  role: CdkRole;
  profile: string | undefined;
}

/**
 * Credentials of an account: of a role of the CDK's bootstrap stack, assumed with the current credentials. If that is
 * denied, the current credentials, if they belong to this account, as the CDK itself does.
 *
 * @throws the error of STS, if there are none
 */
export async function accountCredentials({
  source,
  account,
  region,
  role,
  profile,
}: AccountCredentialsOptions): Promise<AccountCredentials> {
  const sts = new STSClient({ region: source.region, ...(profile !== undefined && { profile }) });
  try {
    const { Credentials } = await sts.send(
      new AssumeRoleCommand({
        RoleArn: cdkRoleArn(source, role, { account, region }),
        RoleSessionName: 'xacct',
      }),
    );
    return {
      accessKeyId: Credentials?.AccessKeyId ?? '',
      secretAccessKey: Credentials?.SecretAccessKey ?? '',
      ...(Credentials?.SessionToken !== undefined && { sessionToken: Credentials.SessionToken }),
      ...(Credentials?.Expiration !== undefined && { expiration: Credentials.Expiration }),
    };
  } catch (error) {
    if (!/^AccessDenied/.test((error as Error).name)) throw error;
    const { Account } = await sts.send(new GetCallerIdentityCommand());
    if (Account !== account) throw error;
    return sts.config.credentials();
  } finally {
    sts.destroy();
  }
}

/** What an AWS client for an account needs. The endpoint comes from `AWS_ENDPOINT_URL` where it is set. */
export function clientConfig(options: AccountCredentialsOptions) {
  return { region: options.region, credentials: () => accountCredentials(options) };
}

/** The options for the source account itself. */
export function ofSource(
  source: Source,
  role: CdkRole,
  profile: string | undefined,
): AccountCredentialsOptions {
  return { source, account: source.account, region: source.region, role, profile };
}
