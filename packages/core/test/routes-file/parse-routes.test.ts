import { existsSync, readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { formatProblem, parseRoutes, parseRoutesValue } from '../../src/index.ts';
import { openYaml } from '../../src/yaml/index.ts';

const fixtures = new URL('../fixtures/', import.meta.url);
const shipped = readFileSync(new URL('../../../../routes.yaml', import.meta.url), 'utf8');

describe('parseRoutes', () => {
  test.each(fixturesIn('valid'))('resolves valid/%s', (name) => {
    const { routes, problems } = parseRoutes(read(`valid/${name}.yaml`), `${name}.yaml`);
    const warnings = existsSync(new URL(`valid/${name}.txt`, fixtures))
      ? read(`valid/${name}.txt`).toString()
      : '';
    expect(problems.map((problem) => `${formatProblem(problem)}\n`).join('')).toBe(warnings);
    expect(problems.every(({ severity }) => severity === 'warning')).toBe(true);
    expect(JSON.parse(JSON.stringify(routes))).toEqual(JSON.parse(read(`valid/${name}.json`).toString()));
  });

  test.each(fixturesIn('invalid'))('refuses invalid/%s', (name) => {
    const { routes, problems } = parseRoutes(read(`invalid/${name}.yaml`), `${name}.yaml`);
    expect(problems.map((problem) => `${formatProblem(problem)}\n`).join('')).toBe(
      read(`invalid/${name}.txt`).toString(),
    );
    expect(problems).not.toEqual([]);
    expect(routes).toBeUndefined();
  });

  test.each(['valid', 'invalid'])('has a file for every expectation in %s', (folder) => {
    const expectations = readdirSync(new URL(folder, fixtures)).filter((file) => /\.(json|txt)$/.test(file));
    expect(expectations).not.toEqual([]);
    for (const file of expectations) {
      const yaml = new URL(`${folder}/${file.replace(/\.\w+$/, '.yaml')}`, fixtures);
      expect(existsSync(yaml), `${folder}/${file} stands for a file`).toBe(true);
    }
  });

  test('accepts the routes.yaml at the root of the repository', () => {
    const { routes, problems } = parseRoutes(shipped);
    expect(problems.map(formatProblem)).toEqual([]);
    expect(routes?.routes.map(({ name, targets }) => [name, targets.length])).toEqual([
      ['orders', 1],
      ['events', 3],
      ['payments', 1],
    ]);
  });

  test('reads a file with the line ends of Windows and a byte order mark alike', () => {
    expect(parseRoutes(`\uFEFF${shipped.replaceAll('\n', '\r\n')}`)).toEqual(parseRoutes(shipped));
  });

  test('uses routes.yaml as the default name of the file', () => {
    expect(parseRoutes('').problems.map(({ file }) => file)).toEqual(['routes.yaml']);
  });

  test('reports a problem as data', () => {
    const text = shipped.replace('batchSize: 500', 'batchSize: 0');
    expect(parseRoutes(text, 'my.yaml').problems).toEqual([
      {
        file: 'my.yaml',
        path: 'routes[2].batchSize',
        line: 36,
        column: 16,
        length: 1,
        severity: 'error',
        code: 'out-of-range',
        message: 'expected 1–10000, got 0',
        hint: null,
      },
    ]);
  });

  test('reports in the order of the file, whichever check finds a problem', () => {
    const text = shipped
      .replace('group: everyone', 'group: nobody')
      .replace('stream: payments', 'stream: payments\n    color: red')
      .replace('function: sfe-', 'function: "s f e"\n        x: sfe-');
    const { problems } = parseRoutes(text);
    expect(problems.map(({ code }) => code)).toEqual([
      'wrong-form',
      'unknown-key',
      'unknown-group',
      'unknown-key',
    ]);
    expect(problems.map(({ line }) => line)).toEqual(problems.map(({ line }) => line).sort((a, b) => a - b));
  });

  test('answers every damaged file with routes, or with problems on lines that the file has', () => {
    fc.assert(
      fc.property(fc.constantFrom(...damagable()), fc.array(anyDamage, { minLength: 1 }), (text, damages) => {
        const damaged = damages.reduce(damage, text);
        const { routes, problems } = parseRoutes(damaged);
        expect(routes === undefined).toBe(problems.some(({ severity }) => severity === 'error'));
        const lines = damaged.split(/\r?\n/);
        for (const problem of problems) {
          expect(problem.line).toBeGreaterThanOrEqual(1);
          expect(problem.line).toBeLessThanOrEqual(lines.length);
          expect(problem.column).toBeGreaterThanOrEqual(1);
          expect(problem.column).toBeLessThanOrEqual((lines[problem.line - 1] ?? '').length + 1);
          expect(formatProblem(problem)).toMatch(/^routes\.yaml:\d+:\d+[^\n\r]*: [^\n\r]+$/);
        }
      }),
      { numRuns: 500 },
    );
  });
});

describe('parseRoutesValue', () => {
  const valueIn = (path: string) => openYaml(read(path), '').yaml?.value;

  test.each(fixturesIn('valid'))(
    'resolves the values of valid/%s as its text, and does not change them',
    (name) => {
      const value = valueIn(`valid/${name}.yaml`);
      const before = structuredClone(value);
      const { routes, problems } = parseRoutesValue(value);
      expect(routes).toEqual(parseRoutes(read(`valid/${name}.yaml`)).routes);
      expect(problems.every(({ severity }) => severity === 'warning')).toBe(true);
      expect(value).toEqual(before);
    },
  );

  test('has the number of the route in place of a line', () => {
    const target = { account: '222222222222', function: 'reader' };
    const routes = ['orders', 'events', 'orders'].map((stream) => ({ stream, targets: [target] }));
    const source = { account: '111111111111', region: 'nowhere' };
    const { problems } = parseRoutesValue({ source, routes });
    const errors = problems.filter(({ severity }) => severity === 'error');
    expect(errors.map(({ path, line }) => [path, line])).toEqual([
      ['source.region', 0],
      ['routes[2].stream', 3],
    ]);
    expect(errors[1]?.message).toBe('"orders" is already routed at line 1');
  });
});

/** Files that use everything: the shipped one and the valid fixtures. */
function damagable(): string[] {
  return [shipped, ...fixturesIn('valid').map((name) => read(`valid/${name}.yaml`).toString())];
}

/** What YAML gives a meaning, and what a schema of strings and numbers does not expect. */
const anySnippet = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 4 }),
  fc.constantFrom(...':-?*&!|>%@#\'"`[]{},~', '\t', '\n', '\r\n', '\uFEFF', '\0'),
  fc.constantFrom(
    '---\n',
    '&a ',
    '*a',
    '<<: ',
    '!!set ',
    ' null',
    ' 0',
    ' -1',
    ' .nan',
    ' 1e400',
    ' true',
    '? ',
  ),
  fc.constantFrom('routes', 'targets:', 'account: "1"', '__proto__: 1', 'constructor', '\n  - '),
);

/** Takes `length` characters or lines out at `place`, a share of the text, and puts something in. */
interface Damage {
  unit: 'character' | 'line';
  place: number;
  length: number;
  snippet: string | undefined;
}

const anyDamage: fc.Arbitrary<Damage> = fc.record({
  unit: fc.constantFrom('character', 'line'),
  place: fc.double({ min: 0, max: 1, noNaN: true }),
  length: fc.nat(3),
  snippet: fc.option(anySnippet, { nil: undefined }),
});

function damage(text: string, { unit, place, length, snippet }: Damage): string {
  const separator = unit === 'line' ? '\n' : '';
  const items = text.split(separator);
  const added = snippet === undefined ? [] : [snippet];
  return items.toSpliced(Math.floor(place * items.length), length, ...added).join(separator);
}

function fixturesIn(folder: 'valid' | 'invalid'): string[] {
  return readdirSync(new URL(folder, fixtures))
    .filter((file) => file.endsWith('.yaml'))
    .map((file) => file.replace('.yaml', ''));
}

function read(file: string): Buffer {
  return readFileSync(new URL(file, fixtures));
}
