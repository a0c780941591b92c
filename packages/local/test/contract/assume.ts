import { AssumeRoleCommand, type AssumeRoleCommandInput, STSClient } from '@aws-sdk/client-sts';
import type { Credentials } from '../../src/iam/principal.ts';
import type { Aws } from './aws.ts';
import { callerRoleArn, EXTERNAL_ID, targetRoleArn } from './names.ts';

/** A session of a role of the source account, unless another is named. */
export async function assume(
  aws: Aws,
  input: Partial<AssumeRoleCommandInput>,
  held?: Credentials,
): Promise<Credentials> {
  const sts = new STSClient(aws.config('source', held));
  const command = new AssumeRoleCommand({
    RoleArn: callerRoleArn(aws.world),
    RoleSessionName: 'contract',
    ...input,
  });
  const { Credentials: issued } = await sts.send(command).finally(() => sts.destroy());
  const { AccessKeyId = '', SecretAccessKey = '', SessionToken = '' } = issued ?? {};
  return { accessKeyId: AccessKeyId, secretAccessKey: SecretAccessKey, sessionToken: SessionToken };
}

/** As the forwarder does: a role that assumes a role of another account. */
export const assumeTarget = async (aws: Aws, input: Partial<AssumeRoleCommandInput> = {}) =>
  assume(
    aws,
    { RoleArn: targetRoleArn(aws.world), ExternalId: EXTERNAL_ID, ...input },
    await assume(aws, {}),
  );
