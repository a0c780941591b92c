import { describe, expect, test } from 'vitest';
import { holds, isKnownKey, isKnownOperator } from '../../src/iam/conditions.ts';

const context = {
  'aws:PrincipalArn': 'arn:aws:iam::111111111111:role/forwarder',
  'aws:SecureTransport': 'true',
  'sts:ExternalId': 'xacct:orders',
};

describe('holds', () => {
  test.each([
    ['StringEquals', 'sts:ExternalId', ['xacct:orders'], true],
    ['StringEquals', 'STS:externalid', ['xacct:orders'], true],
    ['StringEquals', 'sts:ExternalId', ['XACCT:orders'], false],
    ['StringEquals', 'sts:ExternalId', ['xacct:*'], false],
    ['StringEquals', 'sts:ExternalId', ['other', 'xacct:orders'], true],
    ['StringEquals', 'sts:ExternalId', [], false],
    ['StringEquals', 'sts:RoleSessionName', ['orders'], false],
    ['StringLike', 'sts:ExternalId', ['xacct:*'], true],
    ['StringLike', 'sts:ExternalId', ['xacct:order?'], true],
    ['StringLike', 'sts:ExternalId', ['*:payments'], false],
    ['StringLike', 'sts:RoleSessionName', ['*'], false],
    ['ArnEquals', 'aws:PrincipalArn', ['arn:aws:iam::111111111111:role/forwarder'], true],
    ['ArnEquals', 'aws:PrincipalArn', ['arn:aws:iam::111111111111:role/*'], true],
    ['ArnLike', 'aws:PrincipalArn', ['arn:aws:iam::111111111111:role/for*'], true],
    ['ArnLike', 'aws:PrincipalArn', ['arn:aws:*'], false],
    ['ArnNotLike', 'aws:PrincipalArn', ['arn:aws:iam::111111111111:role/for*'], false],
    ['ArnNotLike', 'aws:PrincipalArn', ['arn:aws:iam::111111111111:role/other'], true],
    [
      'ArnNotLike',
      'aws:PrincipalArn',
      ['arn:aws:iam::111111111111:role/other', 'arn:aws:iam::111111111111:role/*'],
      false,
    ],
    ['ArnNotLike', 'lambda:SourceFunctionArn', ['arn:aws:lambda:*:*:function:*'], true],
    ['Bool', 'aws:SecureTransport', ['True'], true],
    ['Bool', 'aws:SecureTransport', ['false'], false],
  ])('%s %s %j is %s', (operator, key, values, expected) => {
    expect(holds({ operator, key, values }, context)).toBe(expected);
  });
});

describe('isKnownOperator', () => {
  test.each([
    ['StringEquals', true],
    ['StringLike', true],
    ['ArnEquals', true],
    ['ArnLike', true],
    ['Bool', true],
    ['StringNotEquals', false],
    ['StringEqualsIfExists', false],
    ['ForAnyValue:StringEquals', false],
    ['constructor', false],
  ])('%s is %s', (operator, expected) => {
    expect(isKnownOperator(operator)).toBe(expected);
  });
});

describe('isKnownKey', () => {
  test.each([
    ['aws:PrincipalArn', true],
    ['AWS:principalarn', true],
    ['sts:ExternalId', true],
    ['iam:PermissionsBoundary', true],
    ['lambda:FunctionArn', true],
    ['aws:SourceIp', false],
    ['', false],
  ])('%s is %s', (key, expected) => {
    expect(isKnownKey(key)).toBe(expected);
  });
});
