import type { ErrorObject } from 'ajv';
import type { FromSchema, JSONSchema } from 'json-schema-to-ts';
import validate from '../generated/validate-inputs.js';
import { AwsError } from '../shared/aws-error.ts';

/** The parameters of an operation, as a JSON schema. Others are refused. */
export interface InputSchema {
  readonly properties: Readonly<Record<string, JSONSchema>>;
  readonly required?: readonly string[];
  /** Others are allowed. */
  readonly additionalProperties?: true;
}

export type InputOf<Schema extends InputSchema> = FromSchema<{
  type: 'object';
  properties: Schema['properties'];
  required: Schema extends { required: infer Names } ? Names : [];
  additionalProperties: Schema extends { additionalProperties: true } ? true : false;
}>;

/** Schemas of parameters that many operations have. */
export const TEXT = { type: 'string' } as const;
/** An empty text counts as missing. */
export const FILLED = { type: 'string', minLength: 1 } as const;
export const TEXTS = { type: 'array', items: TEXT } as const;

/** Both ends are in the range. */
export function integer(minimum: number, maximum: number) {
  return { type: 'integer', minimum, maximum } as const;
}

type Range = readonly [least: number, most: number];

/** The words of a service for parameters that are wrong. */
export interface InputErrors {
  missing(name: string): AwsError;
  wrongType(name: string, expected: string, value: unknown): AwsError;
  mismatch(name: string, pattern: string, value: unknown): AwsError;
  notAllowed(name: string, value: unknown): AwsError;
  outOfRange(name: string, range: Range, value: unknown): AwsError;
  wrongLength(name: string, range: Range, length: number): AwsError;
  unknown(name: string): AwsError;
}

/**
 * Checks the parameters of a call by the schema of its operation. A parameter that is `null` counts as missing.
 *
 * @throws {AwsError} in the words of the service
 */
export function readInput(
  service: string,
  operation: string,
  values: Readonly<Record<string, unknown>>,
  errors: InputErrors,
): Record<string, unknown> {
  const input = withoutNulls(values);
  if (!validate({ [service]: { [operation]: input } }) && validate.errors?.[0])
    throw toAwsError(validate.errors[0], errors);
  return input;
}

function withoutNulls(values: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== null));
}

const NAMES: Readonly<Record<string, string>> = {
  array: 'a list',
  boolean: 'true or false',
  object: 'an object',
  string: 'a string',
};

function toAwsError(
  { keyword, instancePath, params, parentSchema, data }: ErrorObject,
  errors: InputErrors,
): AwsError {
  const [, , ...path] = instancePath.slice(1).split('/');
  const name = path.join('.');
  const { type, minimum, maximum, minItems, maxItems } = parentSchema ?? {};
  switch (keyword) {
    case 'required':
      return errors.missing([...path, params.missingProperty].join('.'));
    case 'minLength':
      return errors.missing(name);
    case 'additionalProperties':
      return errors.unknown(params.additionalProperty);
    case 'pattern':
      return errors.mismatch(name, params.pattern, data);
    case 'enum':
      return errors.notAllowed(name, data);
    case 'minItems':
    case 'maxItems':
      return maxItems === undefined
        ? errors.wrongType(name, 'a list with at least one element', data)
        : errors.wrongLength(name, [minItems, maxItems], (data as unknown[]).length);
    default:
      return type === 'integer'
        ? errors.outOfRange(name, [minimum, maximum], data)
        : errors.wrongType(name, NAMES[type] ?? type, data);
  }
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
    mismatch: (name, pattern, value) =>
      failed(`'${value}'`, name, `satisfy regular expression pattern: ${pattern}`),
    notAllowed: (name, value) => new AwsError(code, `The local AWS does not know the ${name} ${value}`),
    outOfRange: (name, [least, most], value) =>
      failed(`'${JSON.stringify(value)}'`, name, `be between ${least} and ${most}`),
    wrongLength: (name, [least, most], length) => {
      const constraint = `Member must have length between ${least} and ${most}, got ${length}`;
      return new AwsError(code, `Value at '${name}' failed to satisfy constraint: ${constraint}`);
    },
    unknown: (name) =>
      new AwsError(code, `The local AWS does not know the parameter ${name} of ${operation}`),
  };
}
