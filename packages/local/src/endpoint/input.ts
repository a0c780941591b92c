import { AwsError } from '../aws-error.ts';

/** Typed access to the parameters of a call. A parameter that the operation does not know can be refused by name. */
export interface Input {
  refuseOthers(...known: string[]): void;
  /** Text that is not empty. */
  text(name: string, pattern?: RegExp): string;
  optionalText(name: string, pattern?: RegExp): string | undefined;
  /** Both ends of the range are in it. */
  integer(name: string, range: { fallback: number; least: number; most: number }): number;
  /** True only if the parameter is. */
  flag(name: string): boolean;
  texts(name: string): string[];
  /** At least one element. */
  list(name: string): unknown[];
}

/**
 * @param operation for messages
 * @param code of the error for a parameter that is wrong
 */
export function createInput(
  values: Readonly<Record<string, unknown>>,
  operation: string,
  code = 'ValidationException',
): Input {
  const invalid = (message: string) => new AwsError(code, message);
  const input: Input = {
    refuseOthers(...known) {
      const unknown = Object.keys(values).find((name) => !known.includes(name));
      if (unknown !== undefined)
        throw invalid(`The local AWS does not know the parameter ${unknown} of ${operation}`);
    },
    text(name, pattern) {
      const value = input.optionalText(name, pattern);
      if (value) return value;
      throw invalid(`Value null at '${name}' failed to satisfy constraint: Member must not be null`);
    },
    optionalText(name, pattern) {
      const value = values[name];
      if (value === undefined) return undefined;
      if (typeof value !== 'string')
        throw invalid(`Value at '${name}' must be text, got ${JSON.stringify(value)}`);
      if (pattern === undefined || pattern.test(value)) return value;
      throw invalid(
        `Value '${value}' at '${name}' failed to satisfy constraint: Member must satisfy regular expression pattern: ${pattern.source}`,
      );
    },
    integer(name, { fallback, least, most }) {
      const value = values[name] ?? fallback;
      if (Number.isInteger(value) && Number(value) >= least && Number(value) <= most) return Number(value);
      throw invalid(
        `Value '${JSON.stringify(value)}' at '${name}' failed to satisfy constraint: Member must be between ${least} and ${most}`,
      );
    },
    flag: (name) => values[name] === true,
    texts(name) {
      const value = values[name];
      if (Array.isArray(value) && value.every((item) => typeof item === 'string')) return value;
      throw invalid(`Value at '${name}' must be a list of strings`);
    },
    list(name) {
      const value = values[name];
      if (Array.isArray(value) && value.length > 0) return value;
      throw invalid(`Value at '${name}' must be a list with at least one element`);
    },
  };
  return input;
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
