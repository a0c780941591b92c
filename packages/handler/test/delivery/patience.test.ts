import { describe, expect, test } from 'vitest';
import { createPatience, endless, LEFT_BEHIND_MS, PATIENCE_MS } from '../../src/delivery/patience.ts';
import { fakeClock } from '../factories.ts';

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

describe('onLeftBehind', () => {
  test('calls back five seconds after the first target is done', () => {
    const clock = fakeClock({ start: 0 });
    const patience = createPatience(clock);
    const left: string[] = [];
    patience.onLeftBehind(0, () => left.push('a'));
    patience.onLeftBehind(700, () => left.push('b'));
    clock.advance(60_000);
    expect(left).toEqual([]);

    patience.done();
    clock.advance(1_000);
    patience.done();
    clock.advance(LEFT_BEHIND_MS - 1_001);
    expect(left).toEqual([]);
    clock.advance(1);
    expect(left).toEqual(['a', 'b']);
  });

  test('gives each target as long from its own first call', () => {
    const clock = fakeClock({ start: 0 });
    const patience = createPatience(clock);
    patience.done();
    clock.advance(3_000);
    const left: number[] = [];
    patience.onLeftBehind(3_000, () => left.push(clock.now()));
    clock.advance(60_000);

    expect(left).toEqual([8_000]);
  });

  test('does not call back once it is cancelled, before the first is done or after', () => {
    const clock = fakeClock({ start: 0 });
    const patience = createPatience(clock);
    let left = 0;
    const count = () => {
      left += 1;
    };
    const cancel = patience.onLeftBehind(0, count);
    cancel();
    patience.done();
    patience.onLeftBehind(0, count)();
    clock.advance(60_000);

    expect(left).toBe(0);
  });

  test('never calls back where nobody waits', () => {
    expect(endless.onLeftBehind(0, () => expect.fail())).toBeTypeOf('function');
  });
});

describe('endless', () => {
  test('never ends, whoever is done', () => {
    endless.done();

    expect(endless.endsAt(0)).toBe(Number.POSITIVE_INFINITY);
  });
});
