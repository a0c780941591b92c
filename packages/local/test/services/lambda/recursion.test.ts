import { describe, expect, test } from 'vitest';
import {
  describeStopped,
  isRecursionError,
  isStopped,
  recursionError,
} from '../../../src/services/lambda/recursion.ts';
import { AwsError } from '../../../src/shared/aws-error.ts';

const functionArn = 'arn:aws:lambda:us-west-2:999999999999:function:reader';
const queueArn = 'arn:aws:sqs:us-west-2:111111111111:retry';

describe('isStopped', () => {
  test.each([
    ['Terminate', 0, false],
    ['Terminate', 15, false],
    ['Terminate', 16, true],
    ['Terminate', 17, true],
    ['Allow', 16, false],
    ['Allow', 1000, false],
  ] as const)('with %s after %d invocations: %s', (recursiveLoop, before, stopped) => {
    expect(isStopped(recursiveLoop, before)).toBe(stopped);
  });
});

describe('isRecursionError', () => {
  test('distinguishes the error of Lambda from others', () => {
    expect(isRecursionError(recursionError())).toBe(true);
    expect(isRecursionError(new AwsError('TooManyRequestsException', 'Rate Exceeded.', 429))).toBe(false);
    expect(isRecursionError(new Error('RecursiveInvocationException'))).toBe(false);
  });

  test('is not one after which the same is tried again', () => {
    expect(recursionError().isPassing).toBe(false);
  });
});

describe('describeStopped', () => {
  test.each([
    [queueArn, `The messages stay in ${queueArn} until its redrive policy moves them.`],
    [undefined, 'The event is dropped.'],
  ])('reports which invocation was stopped, why, and what happens next: %s', (queue, outcome) => {
    expect(describeStopped({ functionArn, requestId: 'a', queueArn: queue })).toBe(
      `Lambda stopped invocation a of ${functionArn}: the function was invoked 16 times in one chain of requests (RecursiveInvocationException). ${outcome} A function with "RecursiveLoop: Allow" is not stopped`,
    );
  });
});
