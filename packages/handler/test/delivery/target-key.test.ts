import { describe, expect, test } from 'vitest';
import { targetKey } from '../../src/delivery/target-key.ts';
import { target } from '../factories.ts';

describe('targetKey', () => {
  test('is the same for the same function through the same role', () => {
    expect(targetKey(target({ invocation: 'event' }))).toBe(
      targetKey(target({ invocation: 'request-response' })),
    );
  });

  test.for([
    { functionArn: 'arn:aws:lambda:us-west-2:222222222222:function:other' },
    { roleArn: 'arn:aws:iam::222222222222:role/other' },
  ])('is another for %j', (other) => {
    expect(targetKey(target(other))).not.toBe(targetKey(target()));
  });

  test('keeps the role and the function apart', () => {
    const [one, other] = [
      { roleArn: 'role', functionArn: 'function' },
      { roleArn: 'rolefunc', functionArn: 'tion' },
    ];
    expect(targetKey(one)).not.toBe(targetKey(other));
  });
});
