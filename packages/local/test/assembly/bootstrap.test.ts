import { describe, expect, test } from 'vitest';
import { bootstrapOf } from '../../src/assembly/bootstrap.ts';

const SOURCE = '111111111111';
const TARGET = '222222222222';

function stack(account: string, region: string, parameter?: string) {
  const Parameters = parameter && { BootstrapVersion: { Default: parameter } };
  return { name: `in-${account}`, account, region, template: { Parameters }, assets: new Map() };
}

describe('bootstrapOf', () => {
  test('has one role and one version for each account and region, by the qualifier of the templates', () => {
    const own = '/cdk-bootstrap/team1/version';
    const { roles, parameters } = bootstrapOf(
      [stack(SOURCE, 'us-west-2', own), stack(SOURCE, 'us-west-2', own), stack(TARGET, 'eu-west-1')],
      SOURCE,
    );
    expect(roles.map(({ arn }) => arn)).toEqual([
      'arn:aws:iam::111111111111:role/cdk-team1-lookup-role-111111111111-us-west-2',
      'arn:aws:iam::222222222222:role/cdk-hnb659fds-lookup-role-222222222222-eu-west-1',
    ]);
    expect(parameters).toEqual([
      { account: SOURCE, region: 'us-west-2', name: own, value: '30' },
      { account: TARGET, region: 'eu-west-1', name: '/cdk-bootstrap/hnb659fds/version', value: '30' },
    ]);
  });
});
