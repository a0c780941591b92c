import { describe, expect, test } from 'vitest';
import { keepErrors, literalKeys } from '../../bundle/sdk-schemas.ts';

describe('literalKeys', () => {
  test('writes out the keys that a constant names', () => {
    const schemas =
      'const _e = "error";\nconst _hE = "httpError";\nvar X$ = [-3, n0, _X, { [_e]: _c, [_hE]: 400 }];';
    expect(literalKeys(schemas)).toContain('{ "error": _c, "httpError": 400 }');
  });

  test('refuses a key without a constant', () => {
    expect(() => literalKeys('var X$ = { [_e]: 1 };')).toThrow('a key _e that they do not name');
  });
});

describe('keepErrors', () => {
  const schemas = [
    '_s_registry.registerError(Base$, Base);',
    'n0_registry.registerError(A$, A);',
    'n0_registry.registerError(B$, B);',
  ].join('\n');

  test('registers the base error and those listed', () => {
    expect(keepErrors(schemas, ['B']).split('\n').filter(Boolean)).toEqual([
      '_s_registry.registerError(Base$, Base);',
      'n0_registry.registerError(B$, B);',
    ]);
  });

  test('refuses an error that is not there', () => {
    expect(() => keepErrors(schemas, ['B', 'C'])).toThrow('The AWS SDK no longer has the error C');
  });
});
