import { describe, expect, test } from 'vitest';
import { errorTypeOf, invalidParameter, queryCodeOf, sqsError } from '../../../src/services/sqs/errors.ts';
import { AwsError } from '../../../src/shared/aws-error.ts';

describe('errorTypeOf and queryCodeOf', () => {
  test.each([
    [
      sqsError('QueueDoesNotExist', ''),
      'com.amazonaws.sqs#QueueDoesNotExist',
      'AWS.SimpleQueueService.NonExistentQueue',
    ],
    [sqsError('OverLimit', ''), 'com.amazonaws.sqs#OverLimit', 'OverLimit'],
    [
      invalidParameter(''),
      'com.amazon.coral.service#InvalidParameterValueException',
      'InvalidParameterValue',
    ],
    [new AwsError('InternalFailure', '', 500), 'com.amazon.coral.service#InternalFailure', 'InternalFailure'],
  ])('name %s in both protocols', (error, type, queryCode) => {
    expect(errorTypeOf(error)).toBe(type);
    expect(queryCodeOf(error)).toBe(queryCode);
  });
});
