import { describe, expect, test } from 'vitest';
import { renderEdit } from '../../src/local/render-edit.ts';

const NOTHING = { added: [], changed: [], removed: [], unchanged: 3, functions: [], reroutedFunctions: [] };

const render = (change: Partial<Record<keyof typeof NOTHING, string[]>>, warnings = '') =>
  renderEdit('routes.yaml', {
    outcome: 'applied',
    change: { ...NOTHING, ...change, unchanged: 1 },
    warnings,
    text: '',
  });

describe('renderEdit', () => {
  test('names what an edit changed', () => {
    expect(
      render({ added: ['a'], changed: ['b', 'c'], removed: ['d'], functions: ['xacct-forwarder-default'] }),
    ).toBe(
      'routes.yaml: added route a, changed routes b, c, removed route d, changed xacct-forwarder-default; 1 route as before',
    );
  });

  test('reports that nothing changed, after the warnings', () => {
    expect(render({}, 'a warning')).toBe('a warning\nroutes.yaml: applied; nothing changed');
  });
});
