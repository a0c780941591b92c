import { describe, expect, test } from 'vitest';
import { requireAllowed } from '../../src/iam/require-allowed.ts';
import { allow, policy, SOURCE, user } from '../factories.ts';

const request = { action: 's3:GetObject', resource: 'arn:aws:s3:::a/b', resourceAccount: SOURCE };

describe('requireAllowed', () => {
  test('lets an allowed request pass', () => {
    const principal = user(SOURCE, policy(allow('s3:GetObject', '*')));
    expect(() => requireAllowed({ ...request, principal })).not.toThrow();
  });

  test('names caller, action, resource and reason of what is denied, by the name of the service', () => {
    const message =
      'User: arn:aws:iam::111111111111:user/ann is not authorized to perform: s3:GetObject on resource: arn:aws:s3:::a/b because no identity-based policy allows the s3:GetObject action';
    const denied = { code: 'AccessDeniedException', status: 400 };
    expect(() => requireAllowed({ ...request, principal: user() }, denied)).toThrow(
      expect.objectContaining({ ...denied, message }),
    );
    expect(() => requireAllowed({ ...request, principal: user() })).toThrow(
      expect.objectContaining({ code: 'AccessDenied', status: 403 }),
    );
  });
});
