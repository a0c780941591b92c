import { describe, expect, test } from 'vitest';
import { parseRoutes } from '../src/index.ts';

/** Files that are meant to break a parser. Each has to be answered, with problems, within the time of any test. */

const HEAD = 'source:\n  account: "111111111111"\n  region: us-west-2\n';
const times = (count: number, line: (index: number) => string) =>
  Array.from({ length: count }, (_, index) => line(index)).join('');

function messageOf(content: string | Uint8Array): string {
  const { routes, problems } = parseRoutes(content);
  expect(routes).toBeUndefined();
  return problems[0]?.message ?? '';
}

describe('parseRoutes of a hostile file', () => {
  test('refuses one that is too large to be meant, without reading it', () => {
    expect(messageOf(Buffer.alloc(50_000_000, 'a'))).toBe('expected at most 16777216 bytes, got 50000000');
  });

  test.each([
    ['open brackets', '['.repeat(1000)],
    ['brackets', `a: ${'['.repeat(1000)}${']'.repeat(1000)}`],
    ['mappings', times(1000, (index) => `${' '.repeat(index)}a:\n`)],
  ])('answers %s nested a thousand deep', (_, text) => {
    expect(messageOf(text)).not.toBe('');
  });

  test('refuses aliases that stand for too many values', () => {
    const levels = times(9, (index) => {
      const [name, inner] = ['bcdefghij'[index], 'abcdefghi'[index]];
      return `${name}: &${name} [${Array(9).fill(`*${inner}`).join(', ')}]\n`;
    });
    expect(messageOf(`a: &a [x, x, x, x, x, x, x, x, x]\n${levels}`)).toBe(
      'the aliases stand for too many values',
    );
  });

  test('treats __proto__ as a key like any other', () => {
    const { problems } = parseRoutes(
      '__proto__: { a: 1 }\nsource: { __proto__: { account: 1 } }\nroutes: [{ __proto__: null }]\n',
    );
    expect(problems.map(({ path }) => path)).toContain('__proto__');
    expect(problems.map(({ path }) => path)).toContain('source.__proto__');
    expect(({} as Record<string, unknown>).a).toBeUndefined();
  });

  test('refuses groups within groups without end of depth', () => {
    const groups = times(5_000, (index) => `  g${index}: [g${index + 1}]\n`);
    const message = messageOf(
      `${HEAD}groups:\n${groups}  g5000: ["999999999999"]\nroutes:\n  - stream: s\n    targets: [{ group: g0, function: f }]\n`,
    );
    expect(message).toBe('expected groups within groups at most 50 deep');
  });

  test('answers lone surrogates and control characters', () => {
    expect(messageOf('name: "\ud800"\nroutes: ["\udc00\\u0000"]\n')).not.toBe('');
  });

  test('answers ten thousand mistakes of a kind, each at its place', () => {
    const routes = times(
      10_000,
      (index) => `  - stream: orders\n    targets: [{ account: nobody-${index}, function: f }]\n`,
    );
    const accounts = times(5_000, (index) => `  account-${index}: "${100_000_000_000 + index}"\n`);
    const { problems } = parseRoutes(`${HEAD}accounts:\n${accounts}routes:\n${routes}`);
    expect(problems.filter(({ code }) => code === 'unknown-account')).toHaveLength(10_000);
    expect(problems.filter(({ code }) => code === 'duplicate-stream')).toHaveLength(9_999);
    expect(problems.at(-1)?.line).toBe(5_000 + 5 + 20_000);
  });

  test('answers a hundred thousand entries that are none', () => {
    expect(messageOf(`${HEAD}routes:\n${'  - 1\n'.repeat(100_000)}`)).toBe('expected a mapping, got 1');
  });
});
