import { createRequire } from 'node:module';
import { describe, expect, test } from 'vitest';
import { CDK_VERSION, cdkBootstrapCommand } from '../../src/aws/bootstrap-command.ts';

const SOURCE = { account: '111111111111', region: 'cn-north-1', partition: 'aws-cn' };

test('messages name the version of the CDK CLI that is installed', () => {
  expect(createRequire(import.meta.url)('aws-cdk/package.json').version).toBe(CDK_VERSION);
});

describe('cdkBootstrapCommand', () => {
  test('lets the source account deploy, with these policies and no others', () => {
    expect(
      cdkBootstrapCommand({ account: '222222222222', region: 'cn-north-1' }, ['one', 'other'], SOURCE),
    ).toBe(
      'npx aws-cdk@2.1148.1 bootstrap aws://222222222222/cn-north-1 --trust 111111111111 --cloudformation-execution-policies arn:aws-cn:iam::222222222222:policy/one,arn:aws-cn:iam::222222222222:policy/other',
    );
  });

  test('has a stack of its own for a qualifier', () => {
    const command = cdkBootstrapCommand({ account: '222222222222', region: 'cn-north-1' }, ['one'], {
      ...SOURCE,
      qualifier: 'streams',
    });
    expect(command).toContain(
      ' --qualifier streams --toolkit-stack-name CDKToolkit-streams --trust 111111111111 ',
    );
  });

  test('trusts nobody else in the source account', () => {
    expect(
      cdkBootstrapCommand({ account: '111111111111', region: 'cn-north-1' }, ['one'], SOURCE),
    ).not.toContain('--trust');
  });
});
