import { AssumeRoleCommand, GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { cdkRoleArn, type Source } from '@xacct/core';

/** The roles of the CDK's bootstrap stack: one reads, the other deploys. */
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
  /** The one in which the account is bootstrapped. */
  region: string;
  role: CdkRole;
  profile: string | undefined;
}

/**
 * Credentials of an account: a role of the CDK's bootstrap stack, assumed with the current ones. Where that fails, the
 * current ones, if they are of this account, as the CDK itself does.
 *
 * @throws what STS answered, where there are none
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
