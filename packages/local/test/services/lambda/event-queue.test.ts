import { describe, expect, test } from 'vitest';
import { describeLost } from '../../../src/services/lambda/event-queue.ts';
import { invocation } from '../../factories.ts';

const ARN = 'arn:aws:lambda:us-west-2:999999999999:function:reader';

describe('describeLost', () => {
  test.each([
    [1, '1 attempt'],
    [3, '3 attempts'],
    [0, '0 attempts'],
  ])('reports how often the function ran: %d', (attempts, text) => {
    const lost = invocation({ requestId: 'a', invokedArn: ARN });
    const described = describeLost({
      invocation: lost,
      condition: 'EventAgeExceeded',
      attempts,
      reason: 'no',
    });
    expect(described).toBe(`${ARN} did not take event a in ${text} (EventAgeExceeded): no`);
  });
});
