import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';

export interface Session {
  credentials: { accessKeyId: string; secretAccessKey: string; sessionToken?: string };
  /** The same, for the environment of a process. */
  variables: Record<'AWS_ACCESS_KEY_ID' | 'AWS_SECRET_ACCESS_KEY' | 'AWS_SESSION_TOKEN', string>;
}

/** A key that moto does not know. It takes it for one of an account that is none of the test's. */
const UNKNOWN = { accessKeyId: 'AKIAUNKNOWN', secretAccessKey: 'secret', sessionToken: 'token' };

/** Assumes a role. In moto it need not exist, so that this is the way into every account. */
export async function assumeRole(
  endpoint: string,
  region: string,
  roleArn: string,
  credentials: Session['credentials'] = UNKNOWN,
): Promise<Session> {
  const sts = new STSClient({ endpoint, region, credentials });
  try {
    const { Credentials } = await sts.send(
      new AssumeRoleCommand({ RoleArn: roleArn, RoleSessionName: 'test' }),
    );
    const { AccessKeyId = '', SecretAccessKey = '', SessionToken = '' } = Credentials ?? {};
    return {
      credentials: { accessKeyId: AccessKeyId, secretAccessKey: SecretAccessKey, sessionToken: SessionToken },
      variables: {
        AWS_ACCESS_KEY_ID: AccessKeyId,
        AWS_SECRET_ACCESS_KEY: SecretAccessKey,
        AWS_SESSION_TOKEN: SessionToken,
      },
    };
  } finally {
    sts.destroy();
  }
}
