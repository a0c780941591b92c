import { describe, expect, test } from 'vitest';
import { createPatience, endless } from '../src/patience.ts';
import { fakeClock } from './factories.ts';

describe('createPatience', () => {
  test('has no end before a target is done', () => {
    expect(createPatience(fakeClock()).endsAt(0)).toBe(Number.POSITIVE_INFINITY);
  });

  test('ends a second after the first target was done', () => {
    const clock = fakeClock({ start: 10_000 });
    const patience = createPatience(clock);
    patience.done();
    clock.advance(5_000);
    patience.done();

    expect(patience.endsAt(9_000)).toBe(11_000);
  });

  test('gives a target that began late a second of its own', () => {
    const clock = fakeClock({ start: 10_000 });
    const patience = createPatience(clock);
    patience.done();

    expect(patience.endsAt(30_000)).toBe(31_000);
  });
});

describe('endless', () => {
  test('never ends', () => {
    endless.done();

    expect(endless.endsAt(0)).toBe(Number.POSITIVE_INFINITY);
  });
});
