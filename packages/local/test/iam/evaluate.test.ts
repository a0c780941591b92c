import { describe, expect, test } from 'vitest';
import { evaluate, type Request } from '../../src/iam/evaluate.ts';
import { allow, policy, roleSession, SOURCE, TARGET, trustForwarder, user } from '../factories.ts';

const ALLOW_ALL = policy(allow('*', '*'));
const BUCKET = 'arn:aws:s3:::bucket/key';

/** `allowed`, or the reason why not. */
function decide(request: Partial<Request>): string {
  const decision = evaluate({
    principal: user(),
    action: 's3:PutObject',
    resource: BUCKET,
    resourceAccount: SOURCE,
    ...request,
  });
  return decision.allowed ? 'allowed' : decision.because;
}

const NO_IDENTITY = 'no identity-based policy allows the s3:PutObject action';
const NO_RESOURCE = 'no resource-based policy allows the s3:PutObject action';

describe('evaluate', () => {
  test.each([
    ['the very action', 's3:PutObject', BUCKET, 'allowed'],
    ['the action in another case', 'S3:putobject', BUCKET, 'allowed'],
    ['a * for the action', 's3:*', BUCKET, 'allowed'],
    ['a * for part of the action', 's3:Put*', BUCKET, 'allowed'],
    ['a ? in the action', 's3:PutObjec?', BUCKET, 'allowed'],
    ['a ? too many', 's3:PutObject?', BUCKET, NO_IDENTITY],
    ['another action', 's3:GetObject', BUCKET, NO_IDENTITY],
    ['another service', 'sts:*', BUCKET, NO_IDENTITY],
    ['a * for the resource', 's3:PutObject', '*', 'allowed'],
    ['a * in the resource', 's3:PutObject', 'arn:aws:s3:::bucket/*', 'allowed'],
    ['a ? in the resource', 's3:PutObject', 'arn:aws:s3:::bucket/k?y', 'allowed'],
    ['the resource in another case', 's3:PutObject', 'arn:aws:s3:::bucket/Key', NO_IDENTITY],
    ['a part of the resource', 's3:PutObject', 'arn:aws:s3:::bucket', NO_IDENTITY],
    ['another resource', 's3:PutObject', 'arn:aws:s3:::other/*', NO_IDENTITY],
  ])('an identity policy with %s: %s on %s', (_, action, resource, expected) => {
    expect(decide({ principal: user(SOURCE, policy(allow(action, resource))) })).toBe(expected);
  });

  test('an explicit deny of an identity policy wins, whichever policy has it', () => {
    const deny = policy({ Effect: 'Deny', Action: 's3:Put*', Resource: '*' });
    const because = 'an identity-based policy denies it explicitly';
    expect(decide({ principal: user(SOURCE, ALLOW_ALL, deny) })).toBe(because);
    expect(decide({ principal: user(SOURCE, deny, ALLOW_ALL) })).toBe(because);
    expect(decide({ principal: user(SOURCE, ALLOW_ALL, deny), action: 's3:GetObject' })).toBe('allowed');
  });

  test('an explicit deny of a resource policy wins, for the principals that it names', () => {
    const deny = (Principal: unknown) => policy({ Effect: 'Deny', Action: 's3:*', Resource: '*', Principal });
    const request = { principal: user(SOURCE, ALLOW_ALL) };
    const because = 'a resource-based policy denies it explicitly';
    expect(decide({ ...request, resourcePolicy: deny('*') })).toBe(because);
    expect(decide({ ...request, resourcePolicy: deny({ AWS: `arn:aws:iam::${SOURCE}:root` }) })).toBe(
      because,
    );
    expect(decide({ ...request, resourcePolicy: deny({ AWS: TARGET }) })).toBe('allowed');
  });

  test('a deny whose condition does not hold denies nothing', () => {
    const deny = policy({
      Effect: 'Deny',
      Action: 's3:*',
      Resource: '*',
      Principal: '*',
      Condition: { Bool: { 'aws:SecureTransport': 'false' } },
    });
    expect(decide({ principal: user(SOURCE, ALLOW_ALL), resourcePolicy: deny })).toBe('allowed');
  });

  const resourcePolicy = (Principal: unknown) =>
    policy({ Effect: 'Allow', Action: 's3:PutObject', Resource: '*', Principal });
  const ann = `arn:aws:iam::${SOURCE}:user/ann`;

  test.each([
    ['nothing', [], undefined, NO_IDENTITY],
    ['the identity policy', [ALLOW_ALL], undefined, 'allowed'],
    ['a resource policy that names the caller', [], { AWS: ann }, 'allowed'],
    ['a resource policy for everybody', [], '*', 'allowed'],
    ['a resource policy that names the account', [], { AWS: `arn:aws:iam::${SOURCE}:root` }, NO_IDENTITY],
    ['a resource policy that names the account by number', [], { AWS: SOURCE }, NO_IDENTITY],
    ['a resource policy that names another', [], { AWS: `arn:aws:iam::${SOURCE}:user/bob` }, NO_IDENTITY],
    ['a resource policy that names a service', [], { Service: 's3.amazonaws.com' }, NO_IDENTITY],
  ])('within an account, with %s', (_, policies, principals, expected) => {
    const attached = principals === undefined ? undefined : resourcePolicy(principals);
    expect(decide({ principal: user(SOURCE, ...policies), resourcePolicy: attached })).toBe(expected);
  });

  test.each([
    ['only the identity policy', [ALLOW_ALL], undefined, NO_RESOURCE],
    ['only the resource policy', [], { AWS: ann }, NO_IDENTITY],
    ['both, naming the caller', [ALLOW_ALL], { AWS: ann }, 'allowed'],
    ['both, naming the account', [ALLOW_ALL], { AWS: `arn:aws:iam::${SOURCE}:root` }, 'allowed'],
    ['both, naming the account by number', [ALLOW_ALL], { AWS: SOURCE }, 'allowed'],
    ['both, naming another account', [ALLOW_ALL], { AWS: '222222222222' }, NO_RESOURCE],
    ['both, for everybody', [ALLOW_ALL], '*', 'allowed'],
  ])('across accounts, with %s', (_, policies, principals, expected) => {
    const attached = principals === undefined ? undefined : resourcePolicy(principals);
    const principal = user(SOURCE, ...policies);
    expect(decide({ principal, resourceAccount: TARGET, resourcePolicy: attached })).toBe(expected);
  });

  test('a resource policy that must allow is asked within the account too', () => {
    const request = { principal: user(SOURCE, ALLOW_ALL), resourcePolicyRequired: true };
    expect(decide(request)).toBe(NO_RESOURCE);
    expect(decide({ ...request, resourcePolicy: resourcePolicy({ AWS: SOURCE }) })).toBe('allowed');
  });

  test('a resource policy names the session of a role, or the role', () => {
    const principal = roleSession(SOURCE, 'forwarder');
    for (const AWS of [principal.arn, principal.principalArn])
      expect(decide({ principal, resourcePolicy: resourcePolicy({ AWS }) })).toBe('allowed');
  });

  describe('a trust policy with the account, aws:PrincipalArn and sts:ExternalId', () => {
    const forwarder = roleSession(SOURCE, 'forwarder', ALLOW_ALL);
    const assume = (
      principal: Request['principal'],
      externalId: string | undefined,
      trust = trustForwarder(),
    ) =>
      decide({
        principal,
        action: 'sts:AssumeRole',
        resource: `arn:aws:iam::${TARGET}:role/orders`,
        resourceAccount: TARGET,
        resourcePolicy: policy(trust),
        resourcePolicyRequired: true,
        context: externalId === undefined ? {} : { 'sts:ExternalId': externalId },
      });
    const NO_TRUST = 'no resource-based policy allows the sts:AssumeRole action';

    test.each([
      ['the external id', 'xacct:orders', 'allowed'],
      ['no external id', undefined, NO_TRUST],
      ['another external id', 'xacct:payments', NO_TRUST],
      ['the external id in another case', 'XACCT:ORDERS', NO_TRUST],
      ['an empty external id', '', NO_TRUST],
    ])('with %s', (_, externalId, expected) => {
      expect(assume(forwarder, externalId)).toBe(expected);
    });

    test('takes each external id of a list, and no other', () => {
      const trust = trustForwarder(['xacct:orders', 'xacct:payments']);
      expect(assume(forwarder, 'xacct:payments', trust)).toBe('allowed');
      expect(assume(forwarder, 'xacct:events', trust)).toBe(NO_TRUST);
    });

    test('does not trust another role, user or account', () => {
      expect(assume(roleSession(SOURCE, 'other', ALLOW_ALL), 'xacct:orders')).toBe(NO_TRUST);
      expect(assume(user(SOURCE, ALLOW_ALL), 'xacct:orders')).toBe(NO_TRUST);
      expect(assume(roleSession('222222222222', 'forwarder', ALLOW_ALL), 'xacct:orders')).toBe(NO_TRUST);
    });

    test('is not enough without the permission of the own account', () => {
      expect(assume(roleSession(SOURCE, 'forwarder'), 'xacct:orders')).toBe(
        'no identity-based policy allows the sts:AssumeRole action',
      );
    });

    test('does not trust a service', () => {
      expect(assume({ service: 'lambda.amazonaws.com' }, 'xacct:orders')).toBe(
        'no resource-based policy allows it',
      );
    });
  });

  test('a service is allowed by the policy that names it, and by no other', () => {
    const trust = policy({
      Effect: 'Allow',
      Action: 'sts:AssumeRole',
      Principal: { Service: 'lambda.amazonaws.com' },
    });
    const request = { action: 'sts:AssumeRole', resourcePolicy: trust };
    expect(decide({ ...request, principal: { service: 'lambda.amazonaws.com' } })).toBe('allowed');
    expect(decide({ ...request, principal: { service: 'ec2.amazonaws.com' } })).toBe(
      'no resource-based policy allows it',
    );
    expect(
      decide({ ...request, principal: { service: 'lambda.amazonaws.com' }, action: 'sts:TagSession' }),
    ).toBe('no resource-based policy allows it');
  });
});
