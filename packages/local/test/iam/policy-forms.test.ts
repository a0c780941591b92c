import { describe, expect, test } from 'vitest';
import { parseIdentityPolicy, parseResourcePolicy, parseTrustPolicy } from '../../src/iam/policy-forms.ts';
import { NotSupportedError } from '../../src/shared/aws-error.ts';

const Principal = { AWS: '111111111111' };
const document = (part: object) => ({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action: 'sts:AssumeRole', ...part }],
});

describe('parseIdentityPolicy', () => {
  test('reads the actions and resources, for every principal with the policy', () => {
    expect(parseIdentityPolicy(document({ Resource: '*' }), 'a')).toHaveLength(1);
  });

  test('refuses a principal', () => {
    expect(() => parseIdentityPolicy(document({ Resource: '*', Principal }), 'a')).toThrow(
      new NotSupportedError('a Principal in an identity policy', 'a'),
    );
    expect(() => parseIdentityPolicy(document({ Principal }), 'a')).toThrow(
      'a Principal in an identity policy',
    );
  });
});

describe('parseTrustPolicy', () => {
  test('reads the principals that may assume the role', () => {
    expect(parseTrustPolicy(document({ Principal }), 'a')).toHaveLength(1);
  });

  test.each([
    ['no principal', { Resource: '*' }, 'a trust policy without Principal'],
    ['a resource', { Principal, Resource: '*' }, 'a Resource in a trust policy'],
    [
      'an action of another service',
      { Principal, Action: ['sts:AssumeRole', 's3:GetObject'] },
      'the action s3:GetObject in a trust policy, which wants those of STS',
    ],
  ])('refuses %s', (_, part, message) => {
    expect(() => parseTrustPolicy(document(part), 'a')).toThrow(new NotSupportedError(message, 'a'));
  });
});

describe('parseResourcePolicy', () => {
  test('reads the principals and their actions on the resource', () => {
    expect(parseResourcePolicy(document({ Principal, Resource: '*' }), 'a')).toHaveLength(1);
  });

  test.each([
    ['no principal', { Resource: '*' }, "a resource's policy without Principal"],
    ['no resource', { Principal }, "a resource's policy without Resource"],
  ])('refuses %s', (_, part, message) => {
    expect(() => parseResourcePolicy(document(part), 'a')).toThrow(new NotSupportedError(message, 'a'));
  });
});
