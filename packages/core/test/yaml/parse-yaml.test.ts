import { describe, expect, test } from 'vitest';
import { parseYaml } from '../../src/yaml/parse-yaml.ts';

const text = `# routes
source:
  region: us-west-2
routes:
  - stream: orders
    targets:
      - { account: "222222222222", function: reader }
empty:
"a key": 007
`;

describe('parseYaml', () => {
  test('reads plain values', () => {
    expect(parse('a: [1, "2", true, ~]\nb: { c: d }').value).toEqual({
      a: [1, '2', true, null],
      b: { c: 'd' },
    });
  });

  test('reads dates and octal numbers as YAML 1.2 does, whatever version a directive names, and merge keys', () => {
    const { value } = parse('%YAML 1.1\n---\na: 2026-01-01\nb: yes\nc: 010\nd: { <<: { e: 1 } }');
    expect(value).toEqual({ a: '2026-01-01', b: 'yes', c: 10, d: { e: 1 } });
  });

  test('has keys as the text that they are written as', () => {
    expect(parse('1.0: a\nnull: b\n__proto__: c').value).toEqual(
      Object.fromEntries([
        ['1.0', 'a'],
        ['null', 'b'],
        ['__proto__', 'c'],
      ]),
    );
  });

  test('reports every syntax error at its place', () => {
    expect(placesOf('a: 1\nb:\n\t- 2\na: 3\n')).toEqual(['3:1', '4:1']);
  });

  test('reports no more once the parser has lost track', () => {
    expect(placesOf('\n- ---\n--\n:# a\nb:\n  c: d\n')).toEqual(['3:1']);
  });

  test('reports only the deepest place of a text nested too deep', () => {
    const { value, problems } = parse('['.repeat(20_000));
    expect(value).toBeUndefined();
    expect(problems.map(({ message }) => message)).toEqual(['the values are nested too deep']);
  });

  test('refuses an alias bomb at once', () => {
    const names = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i'];
    const bomb = names.map((name, index) => {
      const item = index === 0 ? 'x' : `*${names[index - 1]}`;
      return `${name}: &${name} [${Array(10).fill(item).join(', ')}]`;
    });
    const started = performance.now();
    expect(parse(bomb.join('\n')).problems.map(({ message }) => message)).toEqual([
      'the aliases stand for too many values',
    ]);
    expect(performance.now() - started).toBeLessThan(1000);
  });

  test('allows an alias in each of many places', () => {
    const uses = Array(900).fill('- *a').join('\n');
    expect(parse(`- &a [x, y]\n${uses}`).problems).toEqual([]);
  });

  test('refuses an alias of what it is a part of, in however many steps', () => {
    expect(placesOf('a: &a [b, *a]')).toEqual(['1:11']);
    expect(placesOf('a: &a\n  b: &b\n    c: [*b, *a]')).toEqual(['3:9', '3:13']);
  });

  test('refuses an alias that comes before its anchor', () => {
    expect(placesOf('a: *b\nb: &b c')).toEqual(['1:4']);
  });
});

describe('parseYaml locate', () => {
  test.each<[string, (string | number)[], string]>([
    ['the document', [], '2:1'],
    ['a mapping', ['source'], '3:3'],
    ['a scalar', ['source', 'region'], '3:11'],
    ['an entry of a list', ['routes', 0], '5:5'],
    ['a value in a flow mapping', ['routes', 0, 'targets', 0, 'function'], '7:46'],
    ['a quoted scalar', ['routes', 0, 'targets', 0, 'account'], '7:20'],
    ['a quoted key', ['a key'], '9:10'],
    ['what is left empty', ['empty'], '8:7'],
    ['a missing key, at the mapping', ['source', 'account'], '3:3'],
    ['a missing entry, at the list', ['routes', 4], '5:3'],
    ['what is below a scalar, at the scalar', ['source', 'region', 'x'], '3:11'],
    ['what no part of is there, at the document', ['x', 'y'], '2:1'],
  ])('finds %s', (_, path, place) => {
    expect(placeOf(text, path)).toBe(place);
  });

  test('finds the key on demand', () => {
    const { locate } = parse(text);
    expect(locate(['source', 'region'], 'key')).toEqual({ line: 3, column: 3, length: 6 });
    expect(locate(['routes', 0], 'key')).toMatchObject({ line: 5, column: 5 });
  });

  test('stops at an alias', () => {
    expect(placeOf('a: &a { b: c }\nd: *a', ['d', 'b'])).toBe('2:4');
  });

  test('counts the lines of Windows as those of others', () => {
    const windows = text.replaceAll('\n', '\r\n');
    expect(parse(windows).value).toEqual(parse(text).value);
    expect(placeOf(windows, ['routes', 0, 'targets', 0, 'function'])).toBe('7:46');
  });

  test('does not count a byte order mark', () => {
    expect(parse('\uFEFFa: b').value).toEqual({ a: 'b' });
    expect(placeOf('\uFEFFa: b\nc: d', ['a'])).toBe('1:4');
    expect(placeOf('\uFEFFa: b\nc: d', ['c'])).toBe('2:4');
    expect(placesOf('\uFEFFa: *b')).toEqual(['1:4']);
  });

  test.each(['', '\n', '# a comment\n', '---\n'])(
    'finds the first line of the empty document %j',
    (empty) => {
      const { value, locate, problems } = parse(empty);
      expect(value).toBeNull();
      expect(problems).toEqual([]);
      expect(locate(['a', 0]).line).toBe(1);
    },
  );
});

describe('parseYaml spelling', () => {
  test('returns a scalar as the file writes it', () => {
    const { spelling } = parse(text);
    expect(spelling(['a key'])).toBe('007');
    expect(spelling(['routes', 0, 'targets', 0, 'account'])).toBe('222222222222');
  });

  test('returns nothing for anything else', () => {
    const { spelling } = parse(text);
    expect(spelling(['source'])).toBeUndefined();
    expect(spelling(['source', 'account'])).toBeUndefined();
  });
});

function parse(yaml: string) {
  return parseYaml(yaml, 'routes.yaml');
}

function placeOf(yaml: string, path: (string | number)[]): string {
  const { line, column } = parse(yaml).locate(path);
  return `${line}:${column}`;
}

function placesOf(yaml: string): string[] {
  return parse(yaml).problems.map(({ line, column }) => `${line}:${column}`);
}
