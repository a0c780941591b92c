import { describe, expect, test } from 'vitest';
import { createThrottle } from '../../src/services/throttle.ts';
import { steppedClock } from '../factories.ts';

const RATE_EXCEEDED = expect.objectContaining({
  code: 'ThrottlingException',
  status: 400,
  message: 'Rate exceeded',
});

function throttle() {
  const clock = steppedClock();
  const created = createThrottle(40, 'ThrottlingException', clock);
  const take = (calls: number, account = '1', region = 'us-west-2') => {
    for (let call = 0; call < calls; call++) created(account, region);
  };
  return { clock, take };
}

describe('createThrottle', () => {
  test('lets as many calls through at once as come in a second, and no more', () => {
    const { take } = throttle();
    take(40);
    expect(() => take(1)).toThrow(RATE_EXCEEDED);
  });

  test('lets calls through at its rate from then on, and never saves more than a second of them', () => {
    const { clock, take } = throttle();
    take(40);
    clock.advance(100);
    take(4);
    expect(() => take(1)).toThrow(RATE_EXCEEDED);
    clock.advance(3_600_000);
    take(40);
    expect(() => take(1)).toThrow(RATE_EXCEEDED);
  });

  test('counts each account and region by itself', () => {
    const { take } = throttle();
    take(40);
    take(40, '2');
    take(40, '1', 'eu-west-1');
    expect(() => take(1)).toThrow(RATE_EXCEEDED);
  });
});
