import type { InputErrors } from '../../endpoint/input.ts';
import { invalidParameter, invalidValue, missingParameter, sqsError } from './errors.ts';

/** SQS's words for parameters that are wrong. */
export const parameterErrors: InputErrors = {
  missing: missingParameter,
  wrongType: (name, expected) =>
    name.startsWith('MessageAttributes.') && expected === 'an object'
      ? missingParameter(name)
      : invalidParameter(`${name} must be ${expected}`),
  mismatch: (name, pattern, value) => invalidValue(value, name, `Must match ${pattern}.`),
  notAllowed: (_, value) => sqsError('InvalidAttributeName', `Unknown Attribute ${value}.`),
  outOfRange: (name, [least, most], value) =>
    invalidValue(value, name, `Must be between ${least} and ${most}, if provided.`),
  wrongLength: (name, [least, most], length) =>
    invalidValue(length, name, `Must have between ${least} and ${most} elements.`),
  unknown: (name) => invalidParameter(`The local AWS does not know the parameter ${name} here`),
};
