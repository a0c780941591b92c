/**
 * An event-filter pattern, in the syntax that Lambda's event source mappings take.
 * https://docs.aws.amazon.com/lambda/latest/dg/invocation-eventfiltering.html
 */
export interface FilterPattern {
  /** A list of matchers of which one must hold, a pattern for what is nested there, or alternatives under `$or`. */
  [key: string]: Matcher[] | FilterPattern | FilterPattern[];
}

/** A value that must be equal, or an object with one operator. */
export type Matcher = string | number | boolean | null | Operator;

export type Operator =
  | { prefix: string }
  | { suffix: string }
  | { 'equals-ignore-case': string }
  | { 'anything-but': string | number | (string | number)[] }
  | { numeric: (string | number)[] }
  | { exists: boolean };

/** Alternatives of which one must hold, instead of a field of that name. */
export const OR = '$or';
