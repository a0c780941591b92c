/** Characters that ARNs take in a policy: each in quotes and with a comma, and a tenth for all else. */
export function policyCharacters(arns: readonly string[]): number {
  const characters = arns.reduce((sum, arn) => sum + arn.length + 3, 0);
  return Math.ceil(characters * 1.1);
}
