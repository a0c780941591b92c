import { describe, expect, test } from 'vitest';
import { organizationOf } from '../../src/assembly/organization.ts';
import { parsePolicy } from '../../src/iam/policy.ts';

function trust(condition: object) {
  const statement = {
    Effect: 'Allow',
    Action: 'sts:AssumeRole',
    Principal: { AWS: 'arn:aws:iam::111111111111:root' },
    Condition: condition,
  };
  return parsePolicy({ Version: '2012-10-17', Statement: statement }, 'a role');
}

const plain = { trust: trust({ StringEquals: { 'sts:ExternalId': 'xacct:orders' } }) };
const ofOrganization = { trust: trust({ StringEquals: { 'aws:PrincipalOrgID': 'o-a1b2c3d4e5' } }) };

describe('organizationOf', () => {
  test('returns the organization that a role requires', () => {
    expect(organizationOf([plain, ofOrganization])).toBe('o-a1b2c3d4e5');
  });

  test('returns none where no role requires one', () => {
    expect(organizationOf([plain])).toBeUndefined();
  });
});
