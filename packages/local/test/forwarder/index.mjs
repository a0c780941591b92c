// A forwarder as small as can be: one target, whole batches, and the payloads into its log.
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';

const sts = new STSClient();

export async function handler(event) {
  for (const { kinesis } of event.Records) console.log(`got ${Buffer.from(kinesis.data, 'base64')}`);
  const { Credentials } = await sts.send(
    new AssumeRoleCommand({
      RoleArn: 'arn:aws:iam::999999999999:role/orders',
      RoleSessionName: 'orders',
      ExternalId: 'xacct:orders',
      DurationSeconds: 900,
    }),
  );
  const lambda = new LambdaClient({
    credentials: {
      accessKeyId: Credentials.AccessKeyId,
      secretAccessKey: Credentials.SecretAccessKey,
      sessionToken: Credentials.SessionToken,
    },
  });
  await lambda.send(
    new InvokeCommand({
      FunctionName: 'arn:aws:lambda:us-west-2:999999999999:function:reader',
      InvocationType: 'Event',
      Payload: JSON.stringify(event),
    }),
  );
  return { batchItemFailures: [] };
}
