import { LambdaServiceException } from '@aws-sdk/client-lambda';
import { describe, expect, test } from 'vitest';
import { AssumeRoleError } from '../../src/aws/assume-role.ts';
import {
  classifyFailure,
  type FailureClass,
  isAboutRecords,
  isTransient,
  PAUSED,
} from '../../src/delivery/failure-class.ts';
import { TargetFailure } from '../../src/delivery/target-response.ts';

const role = {
  roleArn: 'arn:aws:iam::222222222222:role/xacct-route-orders',
  externalId: 'xacct:orders',
  route: 'orders',
};

const classes: FailureClass[] = [
  'throttled',
  'unavailable',
  'credentials',
  'denied',
  'refused',
  'function-error',
  'reported',
  'too-large',
  'deadline',
  'breaker-open',
  'untried',
  'not-routed',
  'given-up',
];

/** An error as the SDK throws it; `$fault` is what it thinks of it. */
function serviceError(name: string, httpStatusCode: number, $fault: 'client' | 'server' = 'client'): Error {
  return new LambdaServiceException({ name, message: 'message', $fault, $metadata: { httpStatusCode } });
}

describe('classifyFailure', () => {
  test.for([
    ['TooManyRequestsException', 429, 'throttled'],
    ['EC2ThrottledException', 502, 'throttled'],
    ['Throttling', 400, 'throttled'],
    ['ThrottlingException', 400, 'throttled'],
    ['RequestLimitExceeded', 503, 'throttled'],
    ['ServiceException', 500, 'unavailable'],
    ['EC2UnexpectedException', 502, 'unavailable'],
    ['ENINotReadyException', 502, 'unavailable'],
    ['ResourceNotReadyException', 502, 'unavailable'],
    ['SnapStartNotReadyException', 409, 'unavailable'],
    ['SnapStartTimeoutException', 408, 'unavailable'],
    ['ResourceConflictException', 409, 'unavailable'],
    ['EFSMountTimeoutException', 408, 'unavailable'],
    ['EFSMountConnectivityException', 408, 'unavailable'],
    ['S3FilesMountTimeoutException', 408, 'unavailable'],
    ['S3FilesMountConnectivityException', 408, 'unavailable'],
    ['TimeoutError', 408, 'unavailable'],
    ['ExpiredTokenException', 403, 'credentials'],
    ['ExpiredToken', 400, 'credentials'],
    ['UnrecognizedClientException', 403, 'credentials'],
    ['InvalidClientTokenId', 403, 'credentials'],
    ['InvalidClientTokenIdException', 403, 'credentials'],
    ['AccessDeniedException', 403, 'denied'],
    ['AccessDenied', 403, 'denied'],
    ['ResourceNotFoundException', 404, 'refused'],
    ['InvalidRequestContentException', 400, 'refused'],
    ['UnsupportedMediaTypeException', 415, 'refused'],
    ['InvalidParameterValueException', 400, 'refused'],
    ['KMSAccessDeniedException', 502, 'refused'],
    ['KMSDisabledException', 502, 'refused'],
    ['KMSInvalidStateException', 502, 'refused'],
    ['KMSNotFoundException', 502, 'refused'],
    ['EC2AccessDeniedException', 502, 'refused'],
    ['EFSIOException', 410, 'refused'],
    ['EFSMountFailureException', 403, 'refused'],
    ['ENILimitReachedException', 502, 'refused'],
    ['InvalidSubnetIDException', 502, 'refused'],
    ['InvalidSecurityGroupIDException', 502, 'refused'],
    ['InvalidRuntimeException', 502, 'refused'],
    ['InvalidZipFileException', 502, 'refused'],
    ['NoPublishedVersionException', 404, 'refused'],
    ['RecursiveInvocationException', 400, 'refused'],
    ['S3FilesMountFailureException', 403, 'refused'],
    ['SnapStartException', 400, 'refused'],
    ['SubnetIPAddressLimitReachedException', 502, 'refused'],
    ['RequestTooLargeException', 413, 'too-large'],
    ['SerializedRequestEntityTooLargeException', 413, 'too-large'],
  ] as const)('calls %s (%i) %s, whatever its status and the SDK say', ([name, status, expected]) => {
    for (const otherStatus of [status, 400, 429, 500]) {
      expect(classifyFailure(serviceError(name, otherStatus, 'client')).class).toBe(expected);
      expect(classifyFailure(serviceError(name, otherStatus, 'server')).class).toBe(expected);
    }
  });

  test.for([
    [429, 'throttled'],
    [500, 'unavailable'],
    [503, 'unavailable'],
    [400, 'refused'],
    [499, 'refused'],
  ] as const)('goes by the status %i where it does not know the name', ([status, expected]) => {
    expect(classifyFailure(serviceError('NewException', status)).class).toBe(expected);
  });

  test.for(['TimeoutError', 'Error', 'AbortError'])('calls a network failure (%s) unavailable', (name) => {
    const error = Object.assign(new Error('socket hang up'), { name, code: 'ECONNRESET' });

    expect(classifyFailure(error)).toEqual({ class: 'unavailable', reason: `${name}: socket hang up` });
  });

  test('has a call signed at the wrong time made again, once the SDK has corrected its clock', () => {
    const error = serviceError('InvalidSignatureException', 403);
    expect(classifyFailure(error).class).toBe('refused');

    Object.assign(error, { $metadata: { httpStatusCode: 403, clockSkewCorrected: true } });
    expect(classifyFailure(error).class).toBe('unavailable');
  });

  test.for([
    ['The request is wrong, and not: Signature expired', 'refused'],
    ['Signature expired: 20260101T000000Z is now earlier than 20260101T010000Z', 'unavailable'],
    ['Signature not yet current: 20260101T010000Z is still later than 20260101T000000Z', 'unavailable'],
    ['The request signature we calculated does not match', 'refused'],
  ] as const)('knows a wrong clock also by the message: %s', ([message, expected]) => {
    const error = Object.assign(serviceError('InvalidSignatureException', 403), { message });
    expect(classifyFailure(error).class).toBe(expected);
  });

  test('reads from the answer how long to wait', () => {
    const error = Object.assign(serviceError('TooManyRequestsException', 429), { retryAfterSeconds: '3' });

    expect(classifyFailure(error).retryAfterMs).toBe(3_000);
  });

  test.for(['', 'soon', '-1', '0', undefined])('does not wait for the answer %j', (retryAfterSeconds) => {
    const error = Object.assign(serviceError('TooManyRequestsException', 429), { retryAfterSeconds });

    expect(classifyFailure(error).retryAfterMs).toBeUndefined();
  });

  test('distinguishes a function that threw from one that reported records', () => {
    expect(classifyFailure(new TargetFailure('threw', 0, false))).toEqual({
      class: 'function-error',
      reason: 'threw',
    });
    expect(classifyFailure(new TargetFailure('reported', 0, true)).class).toBe('reported');
  });

  test('calls a role that cannot be assumed by what STS said, and names the role', () => {
    const cause = serviceError('AccessDenied', 403);
    const error = new AssumeRoleError(role, cause);

    expect(classifyFailure(error)).toEqual({ class: 'denied', reason: error.message });
    expect(classifyFailure(new AssumeRoleError(role, serviceError('Throttling', 400))).class).toBe(
      'throttled',
    );
  });

  test('gives a reason of at most 500 characters', () => {
    expect(classifyFailure(new Error('m'.repeat(10_000))).reason).toHaveLength(500);
  });

  test('treats what is not an error as a failure too', () => {
    expect(classifyFailure('text')).toEqual({ class: 'refused', reason: 'text' });
  });
});

describe('isTransient', () => {
  test.for(classes)('of %s is whether another call may soon help', (failureClass) => {
    const expected = failureClass === 'throttled' || failureClass === 'unavailable';

    expect(isTransient({ class: failureClass, reason: 'reason' })).toBe(expected);
  });
});

describe('PAUSED', () => {
  test('is the failure of records that are not sent to a paused target', () => {
    expect(PAUSED).toEqual({ class: 'paused', reason: 'The target is paused in the routes file' });
  });
});

describe('isAboutRecords', () => {
  test.for(classes)('of %s is whether the failure lies with the records', (failureClass) => {
    const expected = ['reported', 'function-error', 'too-large'].includes(failureClass);

    expect(isAboutRecords(failureClass)).toBe(expected);
  });
});
