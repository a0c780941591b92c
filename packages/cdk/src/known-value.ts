import { Duration, Token } from 'aws-cdk-lib';

/**
 * Refuses tokens. A value that is written into a parameter, or into a name that another account uses, has to be known at
 * synthesis.
 *
 * @param where what the value is, for the message
 * @param instead what to pass
 * @throws {Error} for a value that is a token, or has one in it
 */
export function knownValue<T>(value: T, where: string, instead = 'pass the value itself'): T {
  const seen = value instanceof Duration ? value.isUnresolved() : hasToken(value);
  if (!seen) return value;
  throw new Error(
    `${where} is a token, which only the deployment knows. xacct writes the value into names and parameters that other accounts use, so it has to be known at synthesis: ${instead}`,
  );
}

/** Seconds of a duration, which has to be known. */
export function secondsOf(duration: Duration | undefined, where: string): number | undefined {
  return duration === undefined
    ? undefined
    : knownValue(duration, where, 'pass a Duration of a number').toSeconds();
}

function hasToken(value: unknown): boolean {
  if (Array.isArray(value)) return Token.isUnresolved(value) || value.some(hasToken);
  if (typeof value === 'object' && value !== null)
    return Token.isUnresolved(value) || Object.values(value).some(hasToken);
  return Token.isUnresolved(value);
}
