import { describe, expect, test } from 'vitest';
import { explainFailure } from '../../src/deployment/explain-failure.ts';
import { forwarderStack, targetStack } from '../stacks/assembly-stack.ts';

const SOURCE = { account: '111111111111', region: 'us-west-2', partition: 'aws' };
const TARGET = targetStack('xacct-target-222222222222');

const explain = (text: string, stack = TARGET) => explainFailure(text.split('\n'), stack, SOURCE);

describe('explainFailure', () => {
  test.each([
    "❌ xacct: SSM parameter /cdk-bootstrap/hnb659fds/version not found. Has the environment been bootstrapped? Please run 'cdk bootstrap'",
    "Could not assume role in target account using current credentials User: x is not authorized to perform: sts:AssumeRole . Please make sure that this role exists in the account. If it doesn't exist, (re)-bootstrap the environment with the right '--trust', using the latest version of the CDK CLI.",
    'Need to perform AWS calls for account 222222222222, but the current credentials are for 111111111111',
  ])('gives the bootstrap command of a target account for %j', (text) => {
    expect(explain(text)).toBe(
      'account 222222222222 is not bootstrapped, or does not trust the current account. With its credentials: xacct export 222222222222 --bootstrap-policy --out bootstrap.yaml, whose first lines have the commands that let 111111111111 deploy there',
    );
  });

  test('names the source account where it is that one', () => {
    const text = 'SSM parameter /cdk-bootstrap/hnb659fds/version not found.';
    expect(explain(text, forwarderStack('xacct-forwarder-default'))).toMatch(
      / xacct export 111111111111 --bootstrap-policy /,
    );
  });

  test.each([
    [
      'Need to perform AWS calls for account 222222222222, but no credentials have been configured',
      'there are no AWS credentials. Give credentials of account 111111111111, as for the AWS CLI, or --profile',
    ],
    [
      'ExpiredToken: The security token included in the request is expired',
      'the AWS credentials have expired. Get new credentials',
    ],
    [
      'Stack [x] cannot be deleted while TerminationProtection is enabled',
      'its first deployment failed, and what is left of it is protected. Then deploy again: aws cloudformation update-termination-protection --no-enable-termination-protection --stack-name xacct-target-222222222222',
    ],
    [
      'x: deploying...\n❌  x failed: ToolkitError: the name is taken\n\n at the end',
      'x failed: ToolkitError: the name is taken',
    ],
    [
      'x: deploying... [1/1]\n❌  x failed to deploy\n‣ AccessDenied: you may not call cloudformation:ExecuteChangeSet',
      'AccessDenied: you may not call cloudformation:ExecuteChangeSet',
    ],
    [
      '❌  x failed to deploy\n‣ DeploymentError: The stack named x failed to deploy\n‣ Error: the network is down\n',
      'DeploymentError: The stack named x failed to deploy; Error: the network is down',
    ],
    ['one\nthe last word\n\n', 'the last word'],
    ['', 'the CDK ended without output'],
  ])('gives the reason for %j', (text, reason) => {
    expect(explain(text)).toBe(reason);
  });
});
