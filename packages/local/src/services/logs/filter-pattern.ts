import { isObject } from '@xacct/core';
import { AwsError } from '../../shared/aws-error.ts';
import { parseJson } from '../../shared/parse-json.ts';

type Matches = (message: string) => boolean;

const TERM = /\s*(?<sign>[-?])?(?:"(?<quoted>(?:[^"\\]|\\.)*)"|(?<plain>[^\s"]+))/y;
const COMPARISON =
  /^\s*\$(?<path>(?:\.[\w-]+|\[\d+\])+)\s*(?:(?<operator>!=|=|>=|<=|>|<)\s*(?:"(?<text>[^"]*)"|(?<word>[^\s"]+))|(?<is>IS NULL|NOT EXISTS))\s*$/;

/**
 * What a filter pattern of CloudWatch Logs lets pass: terms, or the properties of a line of JSON.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/FilterAndPatternSyntax.html
 *
 * @throws {AwsError} InvalidParameterException for regular expressions, brackets and groups, which are not known here
 */
export function compileFilterPattern(pattern: string): Matches {
  const trimmed = pattern.trim();
  if (trimmed.startsWith('{')) return compileJson(trimmed);
  if (/^[[%]/.test(trimmed)) throw unknown(pattern);
  return compileTerms(trimmed);
}

/** All plain terms are in the line, none of those with `-`, and one of those with `?` if there are no plain ones. */
function compileTerms(pattern: string): Matches {
  const terms: { sign: string; text: string }[] = [];
  TERM.lastIndex = 0;
  while (TERM.lastIndex < pattern.length) {
    const { sign = '', quoted, plain } = TERM.exec(pattern)?.groups ?? {};
    const text = quoted?.replace(/\\(.)/g, '$1') ?? plain;
    if (text === undefined) throw unknown(pattern);
    terms.push({ sign, text });
  }
  const of = (sign: string) => terms.filter((term) => term.sign === sign).map(({ text }) => text);
  const [required, excluded, optional] = [of(''), of('-'), of('?')];
  return (message) =>
    required.every((text) => message.includes(text)) &&
    !excluded.some((text) => message.includes(text)) &&
    (required.length > 0 || optional.length === 0 || optional.some((text) => message.includes(text)));
}

/** `||` binds less than `&&`. */
function compileJson(pattern: string): Matches {
  if (!pattern.endsWith('}') || /[()]/.test(pattern.replace(/"[^"]*"/g, ''))) throw unknown(pattern);
  const alternatives = split(pattern.slice(1, -1), '||').map((part) =>
    split(part, '&&').map((comparison) => compileComparison(comparison, pattern)),
  );
  return (message) => {
    const document = message.startsWith('{') ? parseJson(message) : undefined;
    if (!isObject(document)) return false;
    return alternatives.some((all) => all.every((matches) => matches(document)));
  };
}

function split(text: string, operator: string): string[] {
  const parts = [''];
  for (const piece of text.split(/("[^"]*"|\|\||&&)/)) {
    if (piece === operator) parts.push('');
    else parts.push(`${parts.pop()}${piece}`);
  }
  return parts;
}

function compileComparison(written: string, pattern: string): (document: object) => boolean {
  const { path = '', operator, text, word = '', is } = COMPARISON.exec(written)?.groups ?? {};
  const steps = path.split(/[.[\]]+/).filter((step) => step !== '');
  if (steps.length === 0) throw unknown(pattern);
  const valueIn = (document: object) =>
    steps.reduce<unknown>((inner, step) => (Object(inner) as Record<string, unknown>)[step], document);
  if (is !== undefined) return (document) => valueIn(document) === (is === 'IS NULL' ? null : undefined);
  const wanted = text ?? word;
  if (operator === '=') return (document) => isLike(valueIn(document), wanted);
  if (operator === '!=') {
    return (document) => valueIn(document) !== undefined && !isLike(valueIn(document), wanted);
  }
  const bound = Number(wanted);
  if (Number.isNaN(bound)) throw unknown(pattern);
  return (document) => {
    const value = valueIn(document);
    if (typeof value !== 'number') return false;
    if (operator === '>') return value > bound;
    if (operator === '<') return value < bound;
    return operator === '>=' ? value >= bound : value <= bound;
  };
}

/** `*` stands for any characters. */
function isLike(value: unknown, wanted: string): boolean {
  if (value === undefined || value === null || typeof value === 'object') return false;
  const parts = wanted.split('*').map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${parts.join('.*')}$`, 's').test(String(value));
}

function unknown(pattern: string): AwsError {
  return new AwsError(
    'InvalidParameterException',
    `The local AWS does not know this filter pattern: ${pattern}. It knows terms, and comparisons of JSON with && and ||`,
  );
}
