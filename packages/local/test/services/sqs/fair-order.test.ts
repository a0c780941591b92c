import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fairOrder } from '../../../src/services/sqs/fair-order.ts';

interface Item {
  group: string | undefined;
  name: string;
}

const item = (name: string): Item => ({ name, group: name.length === 1 ? undefined : name[0] });
const order = (names: string[], inFlight: [string, number][] = []) =>
  [...fairOrder(names.map(item), ({ group }) => group, new Map(inFlight))].map(({ name }) => name);

describe('fairOrder', () => {
  test('keeps the order where nothing is in flight', () => {
    expect(order(['a1', 'b1', 'c', 'a2'])).toEqual(['a1', 'b1', 'c', 'a2']);
  });

  test('puts groups with fewer messages in flight first, and messages without a group before groups with some', () => {
    const inFlight: [string, number][] = [
      ['a', 2],
      ['b', 1],
    ];
    expect(order(['a1', 'b1', 'c', 'a2', 'd1'], inFlight)).toEqual(['c', 'd1', 'b1', 'a1', 'a2']);
  });

  test('counts messages that come in flight meanwhile', () => {
    const inFlight = new Map<string, number>();
    const names: string[] = [];
    for (const { name, group = '' } of fairOrder(
      ['a1', 'a2', 'a3', 'b1'].map(item),
      ({ group }) => group,
      inFlight,
    )) {
      names.push(name);
      inFlight.set(group, (inFlight.get(group) ?? 0) + 1);
    }
    expect(names).toEqual(['a1', 'b1', 'a2', 'a3']);
  });

  test('gives everything once, and each group in its own order', () => {
    const names = fc.array(fc.constantFrom('a', 'b', 'c', undefined));
    const counts = fc.dictionary(fc.constantFrom('a', 'b', 'c'), fc.nat(3));
    fc.assert(
      fc.property(names, counts, (groups, inFlight) => {
        const items = groups.map((group, index) => ({ group, index }));
        const ordered = [...fairOrder(items, ({ group }) => group, new Map(Object.entries(inFlight)))];
        expect(ordered).toHaveLength(items.length);
        for (const group of ['a', 'b', 'c', undefined]) {
          expect(ordered.filter((one) => one.group === group)).toEqual(
            items.filter((one) => one.group === group),
          );
        }
      }),
    );
  });
});
