import { type FilterPattern, type Matcher, type Operator, OR } from './filter-pattern.ts';

/** Whether a value, as parsed from JSON, is one that a pattern asks for. */
export type Matches = (value: unknown) => boolean;

/**
 * Prepares a pattern for matching many values.
 *
 * Every field of the pattern must hold. In a list of the value it is enough that one element holds, and what a nested
 * pattern asks for must hold for one and the same element.
 *
 * @param pattern checked by `checkFilterPattern`
 */
export function compileFilterPattern(pattern: FilterPattern): Matches {
  const fields = Object.entries(pattern).map(([key, rule]) =>
    key === OR ? compileAlternatives(rule as FilterPattern[]) : compileField(key, rule),
  );
  return (value) => fields.every((holds) => holds(value));
}

function compileAlternatives(patterns: readonly FilterPattern[]): Matches {
  const alternatives = patterns.map(compileFilterPattern);
  return (value) => alternatives.some((matches) => matches(value));
}

function compileField(key: string, rule: FilterPattern[string]): Matches {
  const holds = Array.isArray(rule) ? compileLeaf(rule as Matcher[]) : compileNested(rule);
  return (value) => holds(isObject(value) && Object.hasOwn(value, key) ? value[key] : ABSENT);
}

function compileNested(pattern: FilterPattern): Matches {
  const matches = compileFilterPattern(pattern);
  return (value) => (Array.isArray(value) ? value.some((element) => matches(element)) : matches(value));
}

function compileLeaf(matchers: readonly Matcher[]): Matches {
  const tests = matchers.map(compileMatcher);
  const absent = matchers.some(
    (matcher) => isObject(matcher) && (matcher as { exists?: boolean }).exists === false,
  );
  return (value) => {
    const leaves = leavesOf(value);
    return leaves.length === 0 ? absent : leaves.some((leaf) => tests.some((holds) => holds(leaf)));
  };
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
  return () => operator.exists;
}

const comparisons: Readonly<Record<string, (leaf: number, bound: number) => boolean>> = {
  '=': (leaf, bound) => leaf === bound,
  '<': (leaf, bound) => leaf < bound,
  '<=': (leaf, bound) => leaf <= bound,
  '>': (leaf, bound) => leaf > bound,
  '>=': (leaf, bound) => leaf >= bound,
};

function compileNumeric(terms: readonly (string | number)[]): Matches {
  const tests = Array.from({ length: terms.length / 2 }, (_, index) => {
    const compare = comparisons[String(terms[index * 2])];
    const bound = Number(terms[index * 2 + 1]);
    return (leaf: number) => compare?.(leaf, bound) === true;
  });
  return (leaf) => typeof leaf === 'number' && tests.every((holds) => holds(leaf));
}

const ABSENT = Symbol('absent');

/** The plain values of a field: its own, or those of its list. An object has none, and neither has an empty list. */
function leavesOf(value: unknown): unknown[] {
  if (Array.isArray(value)) return value.flatMap(leavesOf);
  return value === ABSENT || isObject(value) ? [] : [value];
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
