import { matches, matchesArn } from './match.ts';

/** What is known about a request, by condition key. */
export type Context = Readonly<Record<string, string>>;

type Operator = (value: string, pattern: string) => boolean;

const operators: Readonly<Record<string, Operator>> = {
  StringEquals: (value, pattern) => value === pattern,
  StringLike: (value, pattern) => matches(value, pattern),
  ArnEquals: matchesArn,
  ArnLike: matchesArn,
  ArnNotLike: (value, pattern) => !matchesArn(value, pattern),
  Bool: (value, pattern) => value === pattern.toLowerCase(),
};

/** The keys whose value the local AWS knows for every request that has one. */
const keys = new Set([
  'aws:principalaccount',
  'aws:principalarn',
  'aws:principalorgid',
  'aws:resourceorgid',
  'aws:securetransport',
  // For calls that CloudFormation makes: only tests of the policies for its role make them here.
  'iam:passedtoservice',
  'iam:permissionsboundary',
  'iam:policyarn',
  // For calls that a queue or a bucket makes on behalf of its caller. Streams here have no keys.
  'kms:viaservice',
  'lambda:functionarn',
  // For calls that the code of a function makes: no function here calls a service that this key restricts.
  'lambda:sourcefunctionarn',
  'sts:externalid',
  'sts:rolesessionname',
]);

export function isKnownOperator(operator: string): boolean {
  return Object.hasOwn(operators, operator);
}

/** Condition keys are compared without regard to case. */
export function isKnownKey(key: string): boolean {
  return keys.has(key.toLowerCase());
}

/** A key that the request does not have matches nothing, and so what is negated holds; of several values, none may match. */
export function holds(
  condition: { operator: string; key: string; values: readonly string[] },
  context: Context,
): boolean {
  const operator = operators[condition.operator];
  const value = lookUp(context, condition.key);
  if (operator === undefined) return false;
  const isNegated = condition.operator.includes('Not');
  if (value === undefined) return isNegated;
  const holdsFor = (pattern: string) => operator(value, pattern);
  return isNegated ? condition.values.every(holdsFor) : condition.values.some(holdsFor);
}

function lookUp(context: Context, key: string): string | undefined {
  const wanted = key.toLowerCase();
  return Object.entries(context).find(([name]) => name.toLowerCase() === wanted)?.[1];
}
