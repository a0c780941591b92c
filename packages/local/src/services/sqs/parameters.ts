import { isObject } from '../../endpoint/input.ts';
import { invalidParameter, invalidValue, missingParameter } from './errors.ts';

/** Reads the parameters of a request. Undefined is what it does not have. */

export type Input = Readonly<Record<string, unknown>>;

export function requiredText(input: Input, name: string): string {
  const value = optionalText(input, name);
  if (value === undefined || value === '') throw missingParameter(name);
  return value;
}

export function optionalText(input: Input, name: string): string | undefined {
  const value = input[name] ?? undefined;
  if (value === undefined || typeof value === 'string') return value;
  throw invalidParameter(`${name} must be a string`);
}

/** Both ends of the range are in it. */
export function optionalInteger(input: Input, name: string, least: number, most: number): number | undefined {
  const value = input[name] ?? undefined;
  if (value === undefined) return undefined;
  if (typeof value === 'number' && Number.isInteger(value) && value >= least && value <= most) return value;
  throw invalidValue(value, name, `Must be between ${least} and ${most}, if provided.`);
}

export function texts(input: Input, name: string): string[] {
  const value = input[name] ?? [];
  if (Array.isArray(value) && value.every((item) => typeof item === 'string')) return value;
  throw invalidParameter(`${name} must be a list of strings`);
}

export function objects(input: Input, name: string): Input[] {
  const value = input[name] ?? [];
  if (Array.isArray(value) && value.every(isObject)) return value;
  throw invalidParameter(`${name} must be a list of objects`);
}

export function optionalObject(input: Input, name: string): Input {
  const value = input[name] ?? {};
  if (isObject(value)) return value;
  throw invalidParameter(`${name} must be an object`);
}

/** What is not known would be passed over in silence. */
export function refuseOthers(input: Input, known: readonly string[]): void {
  const unknown = Object.keys(input).find((name) => !known.includes(name));
  if (unknown !== undefined)
    throw invalidParameter(`The local AWS does not know the parameter ${unknown} here`);
}
