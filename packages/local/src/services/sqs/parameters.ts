import type { InputErrors } from '../../endpoint/input.ts';
import { invalidParameter, invalidValue, missingParameter } from './errors.ts';

/** SQS's words for parameters that are wrong. */
export const parameterErrors: InputErrors = {
  missing: missingParameter,
  wrongType: (name, expected) => invalidParameter(`${name} must be ${expected}`),
  mismatch: (name, { source }, value) => invalidValue(value, name, `Must match ${source}.`),
  outOfRange: (name, { least, most }, value) =>
    invalidValue(value, name, `Must be between ${least} and ${most}, if provided.`),
  unknown: (name) => invalidParameter(`The local AWS does not know the parameter ${name} here`),
};
