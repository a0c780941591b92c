import { describe, expect, test } from 'vitest';
import { createPatience, endless, PATIENCE_MS } from '../src/patience.ts';
import { fakeClock } from './factories.ts';

describe('PATIENCE_MS', () => {
  test('is a second', () => {
    expect(PATIENCE_MS).toBe(1_000);
  });
});

describe('createPatience', () => {
  test('has no end while no target is done', () => {
    const clock = fakeClock();
    const patience = createPatience(clock);
    clock.advance(1_000_000);

    expect(patience.endsAt(clock.now())).toBe(Number.POSITIVE_INFINITY);
  });

  test('ends a second after the first target is done', () => {
    const clock = fakeClock({ start: 0 });
    const patience = createPatience(clock);
    clock.advance(500);
    patience.done();

    clock.advance(10_000);
    patience.done();

    expect(patience.endsAt(0)).toBe(1_500);
  });

  test('gives each target a second from its own first call', () => {
    const clock = fakeClock({ start: 0 });
    const patience = createPatience(clock);
    patience.done();

    expect([patience.endsAt(0), patience.endsAt(700)]).toEqual([1_000, 1_700]);
  });
});

describe('endless', () => {
  test('never ends, whoever is done', () => {
    endless.done();

    expect(endless.endsAt(0)).toBe(Number.POSITIVE_INFINITY);
  });
});
