import * as limits from '../limits/aws-limits.ts';
import { OR } from '../model/filter-pattern.ts';
import type { Stream } from '../model/routes.ts';
import { didYouMean } from '../problems/nearest.ts';
import type { Path, Report } from '../problems/problem.ts';
import { isObject } from '../values/is-object.ts';

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
  const reportHere: ReportFilter = (place, ...problem) => report(place, 'filter', ...problem);
  const { patternCharacters } = limits.eventSourceMapping;
  const { length } = JSON.stringify(pattern);
  if (length > patternCharacters) {
    reportHere(path, `expected a pattern of at most ${patternCharacters} characters as JSON, got ${length}`);
  }
  if (service === 'kinesis') {
    for (const key of Object.keys(pattern).filter((name) => name !== 'data')) {
      const message = `expected "data", the only key that filters of a Kinesis stream know, got ${JSON.stringify(key)}`;
      reportHere([...path, key], message, 'nest the pattern under "data"');
    }
    const { data } = pattern as { data?: unknown };
    if (Array.isArray(data)) {
      reportHere([...path, 'data'], `expected a nested pattern, got ${show(data)}: data is matched as JSON`);
      return;
    }
  }
  if (service === 'dynamodb' && Object.hasOwn(pattern, 'data')) {
    const message = 'expected keys of a DynamoDB record such as "dynamodb" and "eventName", got "data"';
    reportHere([...path, 'data'], message, 'nest the pattern under "dynamodb"');
  }
  checkPattern(pattern as Record<string, unknown>, path, reportHere);
}

type ReportFilter = (path: Path, message: string, hint?: string) => void;

/** @param isTaken whether a key is reserved here, so that no field can have it */
function checkPattern(
  pattern: Record<string, unknown>,
  path: Path,
  report: ReportFilter,
  isTaken: (key: string) => boolean = () => false,
): void {
  const fields = Object.entries(pattern);
  if (fields.length === 0) report(path, 'expected a pattern with at least one key, got an empty one');
  for (const [key, rule] of fields) {
    const place = [...path, key];
    if (isTaken(key)) report(place, `expected another key, got "${key}": it is reserved within "${OR}"`);
    if (key === OR) checkAlternatives(rule, place, report);
    else if (Array.isArray(rule)) checkMatchers(rule, place, report);
    else if (isObject(rule)) checkPattern(rule, place, report, isTaken);
    else {
      const message = `expected a list of values, or a nested pattern, got ${show(rule)}`;
      report(place, message, isPlain(rule) ? `write [${show(rule)}]` : undefined);
    }
  }
}

function checkAlternatives(rule: unknown, path: Path, report: ReportFilter): void {
  if (!Array.isArray(rule) || rule.length < 2 || !rule.every(isObject)) {
    report(path, `expected a list of at least two patterns, got ${show(rule)}`);
    return;
  }
  for (const [index, alternative] of rule.entries()) {
    checkPattern(alternative, [...path, index], report, isReserved);
  }
}

function checkMatchers(matchers: readonly unknown[], path: Path, report: ReportFilter): void {
  if (matchers.length === 0) report(path, 'expected at least one value, got an empty list');
  for (const [index, matcher] of matchers.entries()) {
    const place = [...path, index];
    if (isObject(matcher)) checkOperator(matcher, place, report);
    else if (!isPlain(matcher)) report(place, `expected a value or an operator, got ${show(matcher)}`);
  }
}

function checkOperator(operator: Record<string, unknown>, path: Path, report: ReportFilter): void {
  const names = Object.keys(operator);
  const [name] = names;
  if (name === undefined || names.length > 1) {
    report(path, `expected one operator, got ${names.length === 0 ? 'none' : names.join(', ')}`);
    return;
  }
  const check = Object.hasOwn(operators, name) ? operators[name] : undefined;
  const place = [...path, name];
  if (check === undefined) {
    const known = Object.keys(operators);
    const message = `expected one of ${known.join(', ')}, got ${JSON.stringify(name)}`;
    const eventBridgeOnly = 'EventBridge has it, event source mappings do not';
    report(place, message, EVENT_BRIDGE_ONLY.has(name) ? eventBridgeOnly : didYouMean(name, known));
    return;
  }
  const wrong = check(operator[name]);
  if (wrong !== undefined) report(place, wrong);
}

/** Operators of EventBridge's rules that Lambda's documentation does not list for event source mappings. */
const EVENT_BRIDGE_ONLY = new Set(['cidr', 'wildcard']);

function isReserved(key: string): boolean {
  return Object.hasOwn(operators, key) || EVENT_BRIDGE_ONLY.has(key);
}

/** Says what is wrong with the operator's argument; undefined where nothing is. */
const operators: Readonly<Record<string, (argument: unknown) => string | undefined>> = {
  prefix: wantText,
  suffix: wantText,
  'equals-ignore-case': wantText,
  'anything-but': (argument) => {
    const values = [argument].flat();
    const isFine = values.every((value) => typeof value === 'string') || values.every(isBound);
    return isFine && values.length > 0
      ? undefined
      : `expected strings, or numbers from ${BOUNDS}, got ${show(argument)}`;
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
  const form = `expected one comparison such as ["=", 5], or a range such as [">", 0, "<=", 5], got ${show(argument)}`;
  if (!Array.isArray(argument) || (argument.length !== 2 && argument.length !== 4)) return form;
  const [first, low, second, high]: unknown[] = argument;
  const isRange = argument.length === 4;
  const firstAllowed: unknown[] = isRange ? ['>', '>='] : ['=', '<', '<=', '>', '>='];
  if (!firstAllowed.includes(first) || (isRange && second !== '<' && second !== '<=')) return form;
  const wrong = (isRange ? [low, high] : [low]).find((bound) => !isBound(bound));
  if (wrong !== undefined) return `expected a number from ${BOUNDS}, got ${show(wrong)}`;
  return isRange && Number(low) >= Number(high)
    ? `expected a lower bound below the upper one, got ${show(argument)}`
    : undefined;
}

const { numericBound } = limits.eventSourceMapping;
const BOUNDS = `-${numericBound} to ${numericBound}`;

function isBound(value: unknown): boolean {
  return typeof value === 'number' && Math.abs(value) <= numericBound;
}

function isPlain(value: unknown): boolean {
  return value === null || ['string', 'boolean'].includes(typeof value) || Number.isFinite(value);
}

function show(value: unknown): string {
  // YAML's .nan and .inf would be null as JSON.
  const text = typeof value === 'number' ? String(value) : JSON.stringify(value);
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
}
