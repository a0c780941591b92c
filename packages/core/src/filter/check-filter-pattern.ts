import { limits } from '../limits.ts';
import { nearest } from '../nearest.ts';
import type { Path, Report } from '../problem.ts';
import type { Stream } from '../routes.ts';
import { OR } from './filter-pattern.ts';

/**
 * Checks a pattern by Lambda's own rules, so that a mapping with it will be accepted, and that it can match at all.
 *
 * @param path of the pattern, for what is reported
 */
export function checkFilterPattern(
  pattern: object,
  service: Stream['service'],
  path: Path,
  report: Report,
): void {
  const { patternCharacters } = limits.eventSourceMapping;
  const { length } = JSON.stringify(pattern);
  if (length > patternCharacters) {
    report(
      path,
      'filter',
      `expected a pattern of at most ${patternCharacters} characters as JSON, got ${length}`,
    );
  }
  if (service === 'kinesis') {
    for (const key of Object.keys(pattern).filter((name) => name !== 'data')) {
      const message = `expected "data", the only key that filters of a Kinesis stream know, got ${JSON.stringify(key)}`;
      report([...path, key], 'filter', message, 'nest the pattern under "data"');
    }
  }
  checkPattern(pattern as Record<string, unknown>, path, report);
}

function checkPattern(pattern: Record<string, unknown>, path: Path, report: Report): void {
  const fields = Object.entries(pattern);
  if (fields.length === 0)
    report(path, 'filter', 'expected a pattern with at least one key, got an empty one');
  for (const [key, rule] of fields) {
    const place = [...path, key];
    if (key === OR) checkAlternatives(rule, place, report);
    else if (Array.isArray(rule)) checkMatchers(rule, place, report);
    else if (isObject(rule)) checkPattern(rule, place, report);
    else {
      const message = `expected a list of values, or a nested pattern, got ${show(rule)}`;
      report(place, 'filter', message, isPlain(rule) ? `write [${show(rule)}]` : undefined);
    }
  }
}

function checkAlternatives(rule: unknown, path: Path, report: Report): void {
  if (!Array.isArray(rule) || rule.length < 2 || !rule.every(isObject)) {
    report(path, 'filter', `expected a list of at least two patterns, got ${show(rule)}`);
    return;
  }
  for (const [index, alternative] of rule.entries()) checkPattern(alternative, [...path, index], report);
}

function checkMatchers(matchers: readonly unknown[], path: Path, report: Report): void {
  if (matchers.length === 0) report(path, 'filter', 'expected at least one value, got an empty list');
  for (const [index, matcher] of matchers.entries()) {
    const place = [...path, index];
    if (isObject(matcher)) checkOperator(matcher, place, report);
    else if (!isPlain(matcher))
      report(place, 'filter', `expected a value or an operator, got ${show(matcher)}`);
  }
}

function checkOperator(operator: Record<string, unknown>, path: Path, report: Report): void {
  const names = Object.keys(operator);
  const [name] = names;
  if (name === undefined || names.length > 1) {
    report(path, 'filter', `expected one operator, got ${names.length === 0 ? 'none' : names.join(', ')}`);
    return;
  }
  const check = Object.hasOwn(operators, name) ? operators[name] : undefined;
  const place = [...path, name];
  if (check === undefined) {
    const known = Object.keys(operators);
    const near = nearest(name, known);
    const message = `expected one of ${known.join(', ')}, got ${JSON.stringify(name)}`;
    const eventBridgeOnly = EVENT_BRIDGE_ONLY.has(name)
      ? 'EventBridge has it, event source mappings do not'
      : undefined;
    report(
      place,
      'filter',
      message,
      eventBridgeOnly ?? (near === undefined ? undefined : `did you mean "${near}"?`),
    );
    return;
  }
  const wrong = check(operator[name]);
  if (wrong !== undefined) report(place, 'filter', wrong);
}

/** What Lambda's documentation does not list for event source mappings, though EventBridge's rules know it. */
const EVENT_BRIDGE_ONLY = new Set(['cidr', 'wildcard']);

/** Says what is wrong with the operator's argument; undefined where nothing is. */
const operators: Readonly<Record<string, (argument: unknown) => string | undefined>> = {
  prefix: wantText,
  suffix: wantText,
  'equals-ignore-case': wantText,
  'anything-but': (argument) => {
    const values = [argument].flat();
    const isFine =
      values.length > 0 && values.every((value) => typeof value === 'string' || typeof value === 'number');
    return isFine ? undefined : `expected strings or numbers, got ${show(argument)}`;
  },
  numeric: checkNumeric,
  exists: (argument) =>
    typeof argument === 'boolean' ? undefined : `expected true or false, got ${show(argument)}`,
};

function wantText(argument: unknown): string | undefined {
  return typeof argument === 'string' ? undefined : `expected a string, got ${show(argument)}`;
}

/** One comparison, or a lower and an upper bound with something in between. */
function checkNumeric(argument: unknown): string | undefined {
  const form = 'expected one comparison such as ["=", 5], or a range such as [">", 0, "<=", 5]';
  if (!Array.isArray(argument) || (argument.length !== 2 && argument.length !== 4))
    return `${form}, got ${show(argument)}`;
  const [first, low, second, high] = argument as unknown[];
  const isRange = argument.length === 4;
  const firstAllowed = isRange ? ['>', '>='] : ['=', '<', '<=', '>', '>='];
  if (!firstAllowed.includes(String(first)) || (isRange && !['<', '<='].includes(String(second))))
    return `${form}, got ${show(argument)}`;
  for (const bound of isRange ? [low, high] : [low]) {
    const { numericBound } = limits.eventSourceMapping;
    if (typeof bound !== 'number' || Math.abs(bound) > numericBound) {
      return `expected a number from -${numericBound} to ${numericBound}, got ${show(bound)}`;
    }
  }
  const isEmpty =
    isRange && (Number(low) > Number(high) || (low === high && !(first === '>=' && second === '<=')));
  return isEmpty
    ? `expected a range that some number is in, got ${show(argument)}: it can never match`
    : undefined;
}

function isPlain(value: unknown): boolean {
  return value === null || ['string', 'number', 'boolean'].includes(typeof value);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function show(value: unknown): string {
  const text = JSON.stringify(value);
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
}
