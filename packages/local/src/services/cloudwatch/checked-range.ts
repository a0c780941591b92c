import { AwsError } from '../../shared/aws-error.ts';
import { alignedRange, type Range } from './points.ts';

/** Epoch seconds. */
export const TIME = { type: 'number' } as const;

/** @throws {AwsError} ValidationError for a range that is empty */
export function checkedRange(start: number, end: number, periodMs: number): Range {
  if (start < end) return alignedRange(start * 1000, end * 1000, periodMs);
  throw new AwsError('ValidationError', 'The parameter StartTime must be less than the parameter EndTime.');
}
