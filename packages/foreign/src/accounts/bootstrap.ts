import { CreateBucketCommand } from '@aws-sdk/client-s3';
import { PutParameterCommand } from '@aws-sdk/client-ssm';
import type { ForeignAws } from '../start-foreign-aws.ts';

/** The least that the templates and the CDK ask for. */
const VERSION = '30';

/**
 * Gives accounts what the CDK looks for in a bootstrapped one: its version, and the bucket for assets. Roles need not exist in
 * moto. The real `cdk bootstrap` takes a core for seconds in each account; test/failing-accounts.test.ts runs it in one.
 */
export async function bootstrap(aws: ForeignAws, accounts: readonly string[]): Promise<void> {
  for (const account of accounts) {
    const { ssm, s3 } = aws.account(account);
    const Name = '/cdk-bootstrap/hnb659fds/version';
    await ssm.send(new PutParameterCommand({ Name, Type: 'String', Value: VERSION }));
    await s3.send(
      new CreateBucketCommand({
        Bucket: `cdk-hnb659fds-assets-${account}-${aws.region}`,
        CreateBucketConfiguration: { LocationConstraint: aws.region as 'us-west-2' },
      }),
    );
  }
}
