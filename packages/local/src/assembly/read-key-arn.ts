import { NotSupportedError } from '../shared/aws-error.ts';

/**
 * Reads the key of KMS that a resource names.
 *
 * @throws {NotSupportedError} for an id or an alias, which does not name its account
 */
export function readKeyArn(value: unknown, property: string, where: string): string {
  if (typeof value === 'string' && /^arn:[^:]+:kms:[^:]+:\d{12}:key\/[\w-]+$/.test(value)) return value;
  throw new NotSupportedError(`${property} ${JSON.stringify(value)}: the ARN of a key is known here`, where);
}
