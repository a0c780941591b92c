import { describe, expect, test } from 'vitest';
import { parsePolicy } from '../../src/iam/policy.ts';
import { NotSupportedError } from '../../src/shared/aws-error.ts';

const statement = { Effect: 'Allow', Action: 'sts:AssumeRole', Resource: '*' };

function parse(part: object, version = '2012-10-17') {
  return parsePolicy({ Version: version, Statement: { ...statement, ...part } }, 'stack a resource Role');
}

describe('parsePolicy', () => {
  test('reads one statement or a list, one value or a list', () => {
    const document = {
      Version: '2012-10-17',
      Statement: [
        { Sid: 'One', ...statement },
        { Effect: 'Deny', Action: ['s3:*'], Resource: ['a', 'b'], Principal: '*' },
      ],
    };
    expect(parsePolicy(document, 'test')).toEqual([
      {
        effect: 'Allow',
        actions: ['sts:AssumeRole'],
        resources: ['*'],
        principals: undefined,
        conditions: [],
      },
      {
        effect: 'Deny',
        actions: ['s3:*'],
        resources: ['a', 'b'],
        principals: [{ kind: 'AWS', value: '*' }],
        conditions: [],
      },
    ]);
    expect(parse({})).toHaveLength(1);
  });

  test('reads principals and conditions, a boolean as its text', () => {
    const [parsed] = parse({
      Principal: { AWS: ['111111111111', 'arn:aws:iam::222222222222:root'], Service: 'lambda.amazonaws.com' },
      Condition: {
        Bool: { 'aws:SecureTransport': false },
        StringEquals: { 'sts:ExternalId': ['a', 'b'], 'aws:PrincipalAccount': '111111111111' },
      },
    });
    expect(parsed?.principals).toEqual([
      { kind: 'AWS', value: '111111111111' },
      { kind: 'AWS', value: 'arn:aws:iam::222222222222:root' },
      { kind: 'Service', value: 'lambda.amazonaws.com' },
    ]);
    expect(parsed?.conditions).toEqual([
      { operator: 'Bool', key: 'aws:SecureTransport', values: ['false'] },
      { operator: 'StringEquals', key: 'sts:ExternalId', values: ['a', 'b'] },
      { operator: 'StringEquals', key: 'aws:PrincipalAccount', values: ['111111111111'] },
    ]);
  });

  test.each([
    [{ NotAction: 's3:*' }, 'the policy element NotAction'],
    [{ NotResource: '*' }, 'the policy element NotResource'],
    [{ NotPrincipal: '*' }, 'the policy element NotPrincipal'],
    [{ Effect: 'allow' }, 'Effect "allow"'],
    [{ Action: undefined }, 'Action undefined'],
    [{ Action: [] }, 'Action []'],
    [{ Action: { Ref: 'A' } }, 'Action {"Ref":"A"}'],
    [{ Resource: 7 }, 'Resource 7'],
    [{ Resource: [] }, 'Resource []'],
    [{ Resource: undefined }, 'a statement with neither Resource nor Principal'],
    [
      { Resource: 'arn:aws:s3:::${aws:username}' },
      'the policy variable in Resource arn:aws:s3:::${aws:username}',
    ],
    [{ Principal: 'arn:aws:iam::111111111111:root' }, 'Principal that is "arn:aws:iam::111111111111:root"'],
    [{ Principal: { Federated: 'a' } }, 'the policy element Federated'],
    [{ Principal: { AWS: 111111111111 } }, 'Principal.AWS 111111111111'],
    [{ Condition: [] }, 'Condition that is []'],
    [{ Condition: { StringNotEquals: { 'sts:ExternalId': 'a' } } }, 'the condition operator StringNotEquals'],
    [
      { Condition: { 'ForAllValues:StringEquals': { 'sts:ExternalId': 'a' } } },
      'the condition operator ForAllValues:StringEquals',
    ],
    [{ Condition: { StringEquals: {} } }, 'the condition operator StringEquals without a key'],
    [{ Condition: { StringEquals: { 'aws:SourceIp': '::1' } } }, 'the condition key aws:SourceIp'],
    [{ Condition: { StringEquals: { 'sts:ExternalId': null } } }, 'StringEquals.sts:ExternalId null'],
    [{ Condition: { StringEquals: { 'sts:ExternalId': [] } } }, 'StringEquals.sts:ExternalId []'],
    [
      { Condition: { StringEquals: { 'sts:ExternalId': '${aws:PrincipalArn}' } } },
      'the policy variable in StringEquals.sts:ExternalId ${aws:PrincipalArn}',
    ],
  ])('refuses %j, naming %s', (part, what) => {
    expect(() => parse(part)).toThrow(new NotSupportedError(what, 'stack a resource Role'));
  });

  test.each([
    [undefined, 'a policy that is undefined'],
    [{ Version: '2012-10-17', Statement: ['a'] }, 'a statement that is "a"'],
    [{ Version: '2012-10-17' }, 'a statement that is undefined'],
    [{ Version: '2008-10-17', Statement: statement }, 'policy version "2008-10-17"'],
    [{ Statement: statement }, 'policy version undefined'],
    [{ Version: '2012-10-17', Id: 'a', Statement: statement }, 'the policy element Id'],
  ])('refuses the document %j, naming %s', (document, what) => {
    expect(() => parsePolicy(document, 'test')).toThrow(new NotSupportedError(what, 'test'));
  });
});
