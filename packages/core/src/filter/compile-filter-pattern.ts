import * as limits from '../limits/aws-limits.ts';
import { type FilterPattern, type Matcher, type Operator, OR } from '../model/filter-pattern.ts';
import { isObject } from '../values/is-object.ts';

/** Whether a value, as parsed from JSON, is one that a pattern asks for. */
export type Matches = (value: unknown) => boolean;

/**
 * Prepares a pattern for matching many values.
 *
 * Every field of the pattern must hold. In a list of the value it is enough that one element holds, and what a nested
 * pattern asks for must hold for one and the same element. Only `exists: false` asks about all of them.
 *
 * @param pattern checked by `checkFilterPattern`
 * @throws {TypeError} for what it cannot compile, such as an operator of a later version
 */
export function compileFilterPattern(pattern: FilterPattern): Matches {
  const holds = compilePattern(pattern, []);
  return (value) => holds(value, { value, absent: new Map() });
}

/** Whether a part of a value is what a part of a pattern asks for. */
type Holds = (part: unknown, whole: Whole) => boolean;

type Path = readonly string[];

interface Whole {
  value: unknown;
  /** The paths that were looked for, and whether nothing is there. */
  absent: Map<Path, boolean>;
}

function compilePattern(pattern: FilterPattern, path: Path): Holds {
  const fields = Object.entries(pattern).map(([key, rule]) =>
    key === OR ? compileAlternatives(rule as FilterPattern[], path) : compileField(key, rule, path),
  );
  return (part, whole) => fields.every((holds) => holds(part, whole));
}

function compileAlternatives(patterns: readonly FilterPattern[], path: Path): Holds {
  const alternatives = patterns.map((pattern) => compilePattern(pattern, path));
  return (part, whole) => alternatives.some((holds) => holds(part, whole));
}

function compileField(key: string, rule: FilterPattern[string], parent: Path): Holds {
  const path = [...parent, key];
  const holds = Array.isArray(rule) ? compileLeaf(rule as Matcher[], path) : compileNested(rule, path);
  return (part, whole) => holds(isObject(part) && Object.hasOwn(part, key) ? part[key] : ABSENT, whole);
}

function compileNested(pattern: FilterPattern, path: Path): Holds {
  if (!isObject(pattern)) throw new TypeError('The pattern has a value outside of a list');
  const holds = compilePattern(pattern, path);
  return (part, whole) => {
    const objects = elementsOf(part).filter(isObject);
    return objects.length === 0 ? holds(ABSENT, whole) : objects.some((object) => holds(object, whole));
  };
}

function compileLeaf(matchers: readonly Matcher[], path: Path): Holds {
  const tests = matchers.filter((matcher) => !wantsAbsence(matcher)).map(compileMatcher);
  const mayBeAbsent = matchers.some(wantsAbsence);
  return (part, whole) =>
    elementsOf(part).some((leaf) => isLeaf(leaf) && tests.some((holds) => holds(leaf))) ||
    (mayBeAbsent && isAbsent(whole, path));
}

function wantsAbsence(matcher: Matcher): boolean {
  return isObject(matcher) && 'exists' in matcher && !matcher.exists;
}

function compileMatcher(matcher: Matcher): Matches {
  return isObject(matcher) ? compileOperator(matcher as Operator) : (leaf) => leaf === matcher;
}

function compileOperator(operator: Operator): Matches {
  if ('prefix' in operator) return (leaf) => typeof leaf === 'string' && leaf.startsWith(operator.prefix);
  if ('suffix' in operator) return (leaf) => typeof leaf === 'string' && leaf.endsWith(operator.suffix);
  if ('equals-ignore-case' in operator) {
    const wanted = operator['equals-ignore-case'].toLowerCase();
    return (leaf) => typeof leaf === 'string' && leaf.toLowerCase() === wanted;
  }
  if ('anything-but' in operator) {
    const unwanted = new Set<unknown>([operator['anything-but']].flat());
    return (leaf) => !unwanted.has(leaf);
  }
  if ('numeric' in operator) return compileNumeric(operator.numeric);
  if ('exists' in operator) return () => true;
  throw new TypeError('The pattern has an operator that is not known');
}

const comparisons: Readonly<Record<string, (leaf: number, bound: number) => boolean>> = {
  '=': (leaf, bound) => leaf === bound,
  '<': (leaf, bound) => leaf < bound,
  '<=': (leaf, bound) => leaf <= bound,
  '>': (leaf, bound) => leaf > bound,
  '>=': (leaf, bound) => leaf >= bound,
};

/** Numbers out of range match no comparison at all: AWS does not treat them as numbers. */
function compileNumeric(terms: readonly (string | number)[]): Matches {
  const { numericBound } = limits.eventSourceMapping;
  const tests = Array.from({ length: terms.length / 2 }, (_, index) => {
    const compare = comparisons[String(terms[index * 2])];
    const bound = Number(terms[index * 2 + 1]);
    return (leaf: number) => compare?.(leaf, bound) === true;
  });
  return (leaf) =>
    typeof leaf === 'number' && Math.abs(leaf) <= numericBound && tests.every((holds) => holds(leaf));
}

/** Whether no plain value is at the path, in any element of the lists on the way. An object or `[]` is none. */
function isAbsent({ value, absent }: Whole, path: Path): boolean {
  const known = absent.get(path);
  if (known !== undefined) return known;
  let parts = elementsOf(value);
  for (const key of path) {
    parts = parts.flatMap((part) =>
      isObject(part) && Object.hasOwn(part, key) ? elementsOf(part[key]) : [],
    );
  }
  const isNowhere = !parts.some(isLeaf);
  absent.set(path, isNowhere);
  return isNowhere;
}

const ABSENT = Symbol('absent');

/** The value itself, or the elements of a list and of the lists in it. Data may nest deeper than calls can. */
function elementsOf(value: unknown): unknown[] {
  if (!Array.isArray(value)) return [value];
  const elements: unknown[] = [];
  const lists: unknown[][] = [value];
  for (let list = lists.pop(); list !== undefined; list = lists.pop()) {
    for (const element of list) {
      if (Array.isArray(element)) lists.push(element);
      else elements.push(element);
    }
  }
  return elements;
}

function isLeaf(value: unknown): boolean {
  return value !== ABSENT && !isObject(value);
}
