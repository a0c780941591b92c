import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Status } from '../../../src/monitor/status.ts';
import { deployedRoute } from '../deployed-route.ts';
import { smallWorld } from './small-world.ts';

const route = deployedRoute('orders', 3);
const targets = route.targets.map(({ functionArn }) => functionArn);
const { retryQueueUrl: retry, deadLetterQueueUrl: dead } = route;

/** What becomes of a record each time that it is tried at a target. */
type Outcome = 'Delivered' | 'Filtered' | 'Parked' | 'Paused' | 'TooLarge';

const OUTCOMES = fc.array(fc.constantFrom<Outcome>('Delivered', 'Filtered', 'Parked', 'Paused', 'TooLarge'), {
  minLength: 1,
  maxLength: 20,
});
const AGAIN = fc.constant<Outcome[]>(['Parked']);
const step = fc.record({
  kind: fc.constantFrom(
    'put' as const,
    'drop' as const,
    'retry' as const,
    'bury' as const,
    'resume' as const,
  ),
  number: fc.integer({ min: 1, max: 6 }),
  outcomes: fc.oneof(OUTCOMES, AGAIN),
});

interface Letter {
  target: string;
  records: string[];
  /** Of the object that holds the records. */
  key?: string;
}

/** A forwarder that puts records where it is said to, and reports it as the real one does. */
function simulate() {
  const world = smallWorld([route]);
  let put = 0;
  /** What holds records, by the ID of the message or the key of the object. */
  const letters = new Map<string, Letter>();
  const paused = new Map<string, Letter>();

  const attempt = (target: string, records: string[], outcomes: Outcome[]) => {
    const by = Map.groupBy(records, (record) => outcomes[Number(record) % outcomes.length] ?? 'Parked');
    const of = (outcome: Outcome) => by.get(outcome) ?? [];
    const [parked, held, large] = [of('Parked'), of('Paused'), of('TooLarge')];
    if (parked.length > 0)
      letters.set(world.send(retry, 'orders', target, parked), { target, records: parked });
    if (held.length > 0) {
      const key = world.pausedKey('orders', target, held.join('.'), held.length);
      world.keep(key);
      paused.set(key, { target, records: held });
    }
    if (large.length > 0) world.keep(`parked/orders/${target}/shardId-0:${large[0]}-${large.length}.json`);
    world.count('orders', target, {
      RecordsIn: records.length,
      Delivered: of('Delivered').length,
      Filtered: of('Filtered').length,
      Parked: parked.length + large.length,
      Paused: held.length,
      InvokeLatency: [10],
    });
  };
  /** Something that holds records, and is then gone. */
  const take = (from: Map<string, Letter>, number: number) => {
    const [id, held] = [...from][number % from.size] ?? [];
    if (id === undefined) return undefined;
    from.delete(id);
    return { id, ...held };
  };

  const steps = {
    put(number: number, outcomes: Outcome[]) {
      const records = Array.from({ length: number }, (_, index) => String(put + index));
      put += number;
      world.feed.incoming(route.streamArn, number);
      for (const target of targets) attempt(target, records, outcomes);
    },
    drop(number: number) {
      put += number;
      world.feed.incoming(route.streamArn, number);
      world.feed.filtered('orders', number);
    },
    retry(number: number, outcomes: Outcome[]) {
      const { id = '', target = '', records = [], key = '' } = take(letters, number) ?? {};
      if (target === '') return;
      world.remove(key);
      attempt(target, records, outcomes);
      // Only now the message is deleted.
      if (outcomes.every((outcome) => outcome === 'Parked')) expectSums(world.status(), put);
      world.queueOf(retry).delete(id);
    },
    bury(number: number) {
      const { id = '', target = '', records = [], key } = take(letters, number) ?? {};
      if (target === '') return;
      if (key === undefined) world.send(dead, 'orders', target, records);
      else world.refer(dead, 'orders', target, records.length, key);
      expectSums(world.status(), put);
      world.queueOf(retry).delete(id);
    },
    resume(number: number) {
      const { id = '', target = '', records = [] } = take(paused, number) ?? {};
      if (target === '') return;
      world.remove(id);
      const key = `waiting/orders/${target}/${records.join('.')}-${put}`;
      letters.set(world.refer(retry, 'orders', target, records.length, key), { target, records, key });
    },
  };
  return { steps, status: world.status, incoming: () => put };
}

function expectSums({ routes: [shown] }: Status, put: number): void {
  expect(shown?.incoming).toBe(put);
  for (const { figures, waiting, dead: over } of shown?.targets ?? []) {
    const { delivered = 0, filtered = 0, paused = 0 } = figures ?? {};
    expect(delivered + filtered + paused + (waiting ?? 0) + (over ?? 0)).toBe(put);
  }
  const { delivered = 0, filtered = 0, paused = 0 } = shown?.figures ?? {};
  const held = (shown?.waiting?.records ?? 0) + (shown?.dead?.records ?? 0);
  expect(delivered + filtered + paused + held).toBe(targets.length * put);
}

describe('a status', () => {
  test('has each record once at each target, whatever was tried how often', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 30 }), (all) => {
        const { steps, status, incoming } = simulate();
        for (const { kind, number, outcomes } of all) {
          steps[kind](number, outcomes);
          expectSums(status(), incoming());
        }
      }),
    );
  });

  test('does not change while nothing happens but tries', () => {
    const { steps, status } = simulate();
    steps.put(6, ['Delivered', 'Parked']);
    const counted = () =>
      status().routes.flatMap(
        ({ incoming, figures: { calls: _, parked: __, p50: ___, ...once }, waiting }) => [
          { incoming, ...once, waiting },
        ],
      );
    const before = counted();
    for (let tries = 0; tries < 50; tries += 1) steps.retry(tries, ['Parked']);
    expect(counted()).toEqual(before);
    expect(status().routes[0]?.figures).toMatchObject({
      delivered: 9,
      parked: expect.any(Number),
      calls: 53,
    });
    expect(status().routes[0]?.figures.parked).toBeGreaterThan(100);
  });
});
