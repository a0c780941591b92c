import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';

/**
 * The hand-made bridge that xacct replaces: for every target, on every invocation, it assumes the role for 900 s, builds
 * a client and forwards the event whole. Its targets come from the environment, so that it reads no parameter; it runs
 * them side by side, and closes its clients after use.
 */

const targets = JSON.parse(process.env.SEED_TARGETS ?? '[]') as { roleArn: string; functionArn: string }[];

export async function handler(event: unknown): Promise<void> {
  await Promise.all(
    targets.map(async ({ roleArn, functionArn }) => {
      const sts = new STSClient();
      const { Credentials } = await sts.send(
        new AssumeRoleCommand({ RoleArn: roleArn, RoleSessionName: 'bridge', DurationSeconds: 900 }),
      );
      const { AccessKeyId = '', SecretAccessKey = '', SessionToken = '' } = Credentials ?? {};
      const lambda = new LambdaClient({
        credentials: {
          accessKeyId: AccessKeyId,
          secretAccessKey: SecretAccessKey,
          sessionToken: SessionToken,
        },
      });
      await lambda.send(
        new InvokeCommand({
          FunctionName: functionArn,
          InvocationType: 'Event',
          Payload: JSON.stringify(event),
        }),
      );
      sts.destroy();
      lambda.destroy();
    }),
  );
}
