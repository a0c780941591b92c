import { describe, expect, test } from 'vitest';
import { knownNames } from '../../src/index.ts';

describe('knownNames', () => {
  test('has the names of accounts, groups and streams, each once and in the order of the file', () => {
    const text = `accounts: { b: "222222222222", a: "111111111111" }
groups: { all: [a, b] }
routes:
  - stream: orders
  - stream: events
  - stream: orders
    forwarder: slow
`;
    expect(knownNames(text)).toEqual({
      accounts: ['b', 'a'],
      groups: ['all'],
      streams: ['orders', 'events'],
    });
  });

  test.each([
    '',
    'a: [',
    '- a',
    'accounts: [a]\ngroups: ~\nroutes: { stream: a }',
    'routes: [a, { stream: 1 }]',
  ])('has none for %j', (text) => {
    expect(knownNames(text)).toEqual({ accounts: [], groups: [], streams: [] });
  });
});
