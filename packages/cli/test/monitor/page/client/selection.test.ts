import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { hashOf, type Selection, selectionOf } from '../../../../src/monitor/page/client/selection.ts';

describe('a selection', () => {
  const text = fc.string({ unit: 'binary' });
  const selections: fc.Arbitrary<Selection> = fc.oneof(
    fc.record({ kind: fc.constant('all' as const) }),
    fc.record({ kind: fc.constant('route' as const), route: text }),
    fc.record({ kind: fc.constant('target' as const), route: text, target: text }),
    fc.record({ kind: fc.constant('forwarder' as const), forwarder: text }),
    fc.record({ kind: fc.constant('account' as const), account: text }),
    fc.record({
      kind: fc.constant('rest' as const),
      of: fc.constantFrom('streams' as const, 'accounts' as const),
    }),
  );

  test('is read back from the address that it is written to, whatever is in the names', () => {
    fc.assert(
      fc.property(selections, (selection) => {
        expect(selectionOf(hashOf(selection))).toEqual(selection);
      }),
    );
  });

  test.each(['', '#', '#all', '#nothing=1', '#rest=functions'])('is all for the address "%s"', (hash) => {
    expect(selectionOf(hash)).toEqual({ kind: 'all' });
  });
});
