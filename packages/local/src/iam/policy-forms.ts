import { NotSupportedError } from '../shared/aws-error.ts';
import { type Policy, parsePolicy, type Statement } from './policy.ts';

/**
 * Reads the policy of a role or user, whose statements have resources and no principals.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html
 *
 * @throws {NotSupportedError} as `parsePolicy`, and for a statement of another form
 */
export const parseIdentityPolicy = parserOf(({ principals, resources }) => {
  if (principals !== undefined) return 'a Principal in an identity policy';
  return resources.length === 0 ? 'an identity policy without Resource' : undefined;
});

/**
 * Reads the trust policy of a role, whose statements have principals; the resource is the role.
 *
 * @throws {NotSupportedError} as `parsePolicy`, and for a statement of another form
 */
export const parseTrustPolicy = parserOf(({ principals, resources, actions }) => {
  if (principals === undefined) return 'a trust policy without Principal';
  if (resources.length > 0) return 'a Resource in a trust policy';
  const other = actions.find((action) => !/^sts:/i.test(action));
  return other && `the action ${other} in a trust policy, which wants those of STS`;
});

/**
 * Reads the policy of a bucket or queue, whose statements have principals and resources.
 *
 * @throws {NotSupportedError} as `parsePolicy`, and for a statement of another form
 */
export const parseResourcePolicy = parserOf(({ principals, resources }) => {
  if (principals === undefined) return "a resource's policy without Principal";
  return resources.length === 0 ? "a resource's policy without Resource" : undefined;
});

function parserOf(mistakeOf: (statement: Statement) => string | undefined) {
  return (document: unknown, where: string): Policy => {
    const policy = parsePolicy(document, where);
    const mistake = policy.map(mistakeOf).find((found) => found !== undefined);
    if (mistake !== undefined) throw new NotSupportedError(mistake, where);
    return policy;
  };
}
