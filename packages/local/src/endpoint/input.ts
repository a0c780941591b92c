import { AwsError } from '../shared/aws-error.ts';

/**
 * Typed access to the parameters of a call. Null counts as missing. A parameter that the operation does not know can be
 * refused by name.
 */
export interface Input {
  refuseOthers(...known: string[]): void;
  /** Text that is not empty. */
  text(name: string, pattern?: RegExp): string;
  optionalText(name: string, pattern?: RegExp): string | undefined;
  /** Both ends of the range are in it. */
  integer(name: string, range: Range & { fallback: number }): number;
  optionalInteger(name: string, range: Range): number | undefined;
  /** True only if the parameter is. */
  flag(name: string): boolean;
  /** Without a fallback the parameter is required. */
  texts(name: string, fallback?: string[]): string[];
  /** At least one element. */
  list(name: string): unknown[];
  /** A list of objects; empty if it is missing. */
  objects(name: string): Input[];
  /** Names and values of an object; empty if it is missing. */
  entries(name: string): [name: string, value: unknown][];
  /** The value, unchecked. */
  raw(name: string): unknown;
}

interface Range {
  least: number;
  most: number;
}

/** The words of a service for parameters that are wrong. */
export interface InputErrors {
  missing(name: string): AwsError;
  wrongType(name: string, expected: string, value: unknown): AwsError;
  mismatch(name: string, pattern: RegExp, value: string): AwsError;
  outOfRange(name: string, range: Range, value: unknown): AwsError;
  unknown(name: string): AwsError;
}

export function createInput(values: Readonly<Record<string, unknown>>, errors: InputErrors): Input {
  const given = (name: string) => values[name] ?? undefined;
  const input: Input = {
    refuseOthers(...known) {
      const unknown = Object.keys(values).find((name) => !known.includes(name));
      if (unknown !== undefined) throw errors.unknown(unknown);
    },
    text(name, pattern) {
      const value = input.optionalText(name, pattern);
      if (value) return value;
      throw errors.missing(name);
    },
    optionalText(name, pattern) {
      const value = given(name);
      if (value === undefined) return undefined;
      if (typeof value !== 'string') throw errors.wrongType(name, 'a string', value);
      if (pattern === undefined || pattern.test(value)) return value;
      throw errors.mismatch(name, pattern, value);
    },
    integer: (name, { fallback, ...range }) => input.optionalInteger(name, range) ?? fallback,
    optionalInteger(name, range) {
      const value = given(name);
      if (value === undefined) return undefined;
      if (typeof value === 'number' && Number.isInteger(value))
        if (value >= range.least && value <= range.most) return value;
      throw errors.outOfRange(name, range, value);
    },
    flag: (name) => values[name] === true,
    texts(name, fallback) {
      const value = given(name) ?? fallback;
      if (Array.isArray(value) && value.every((item) => typeof item === 'string')) return value;
      throw errors.wrongType(name, 'a list of strings', value);
    },
    list(name) {
      const value = given(name);
      if (Array.isArray(value) && value.length > 0) return value;
      throw errors.wrongType(name, 'a list with at least one element', value);
    },
    objects(name) {
      const value = given(name) ?? [];
      if (Array.isArray(value) && value.every(isObject)) return value.map((one) => createInput(one, errors));
      throw errors.wrongType(name, 'a list of objects', value);
    },
    entries(name) {
      const value = given(name) ?? {};
      if (isObject(value)) return Object.entries(value);
      throw errors.wrongType(name, 'an object', value);
    },
    raw: (name) => values[name],
  };
  return input;
}

/**
 * The words of the services that validate parameters as their API models say.
 *
 * @param code of the error
 */
export function validationErrors(operation: string, code = 'ValidationException'): InputErrors {
  const failed = (value: unknown, name: string, constraint: string) =>
    new AwsError(code, `Value ${value} at '${name}' failed to satisfy constraint: Member must ${constraint}`);
  return {
    missing: (name) => failed('null', name, 'not be null'),
    wrongType: (name, expected, value) =>
      new AwsError(code, `Value at '${name}' must be ${expected}, got ${JSON.stringify(value)}`),
    mismatch: (name, { source }, value) =>
      failed(`'${value}'`, name, `satisfy regular expression pattern: ${source}`),
    outOfRange: (name, { least, most }, value) =>
      failed(`'${JSON.stringify(value)}'`, name, `be between ${least} and ${most}`),
    unknown: (name) =>
      new AwsError(code, `The local AWS does not know the parameter ${name} of ${operation}`),
  };
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
