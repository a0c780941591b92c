import { type Context, holds } from './conditions.ts';
import { matches } from './match.ts';
import type { Policy, PrincipalPattern, Statement } from './policy.ts';
import type { Principal } from './principal.ts';

/** A call that IAM decides on. */
export interface Request {
  principal: Principal | { service: string };
  action: string;
  resource: string;
  /** The account that owns the resource. */
  resourceAccount: string;
  /** The policy attached to the resource, where it has one. */
  resourcePolicy?: Policy | undefined;
  /** True for roles: a principal that the trust policy does not name cannot assume the role. */
  resourcePolicyRequired?: boolean;
  context?: Context;
}

export type Decision = { allowed: true } | { allowed: false; because: string };

/**
 * Evaluates as IAM does: an explicit deny wins; within an account one side that allows is enough;
 * between accounts both must.
 */
export function evaluate(request: Request): Decision {
  const { principal, action, resource, resourceAccount, resourcePolicy = [] } = request;
  const context: Context = {
    // The local endpoint takes the place of AWS's, which use TLS.
    'aws:SecureTransport': 'true',
    ...('service' in principal
      ? {}
      : { 'aws:PrincipalArn': principal.principalArn, 'aws:PrincipalAccount': principal.account }),
    ...request.context,
  };
  const asks = (statement: Statement) =>
    statement.actions.some((pattern) => matches(action.toLowerCase(), pattern.toLowerCase())) &&
    (statement.resources.length === 0 || statement.resources.some((pattern) => matches(resource, pattern))) &&
    statement.conditions.every((condition) => holds(condition, context));

  const identity = 'service' in principal ? [] : principal.policies.flat().filter(asks);
  const attached = resourcePolicy
    .filter(asks)
    .map((statement) => ({ effect: statement.effect, named: naming(statement.principals ?? [], principal) }))
    .filter(({ named }) => named !== 'none');

  if (identity.some(({ effect }) => effect === 'Deny'))
    return deny('an identity-based policy denies it explicitly');
  if (attached.some(({ effect }) => effect === 'Deny'))
    return deny('a resource-based policy denies it explicitly');

  const identityAllows = identity.some(({ effect }) => effect === 'Allow');
  const resourceAllows = attached.some(({ effect }) => effect === 'Allow');
  const namedDirectly = attached.some(({ effect, named }) => effect === 'Allow' && named === 'itself');

  if ('service' in principal) return resourceAllows ? ALLOWED : deny('no resource-based policy allows it');
  const sameAccount = principal.account === resourceAccount;
  if ((!sameAccount || request.resourcePolicyRequired) && !resourceAllows) {
    return deny(`no resource-based policy allows the ${action} action`);
  }
  if (identityAllows || (sameAccount && namedDirectly)) return ALLOWED;
  return deny(`no identity-based policy allows the ${action} action`);
}

const ALLOWED: Decision = { allowed: true };

function deny(because: string): Decision {
  return { allowed: false, because };
}

/** Whether patterns name the principal itself, or only the account that may delegate to it. */
function naming(
  patterns: readonly PrincipalPattern[],
  principal: Request['principal'],
): 'itself' | 'account' | 'none' {
  if ('service' in principal) {
    const isNamed = patterns.some(({ kind, value }) => kind === 'Service' && value === principal.service);
    return isNamed ? 'itself' : 'none';
  }
  const { account, arn, principalArn } = principal;
  const aws = patterns.filter(({ kind }) => kind === 'AWS').map(({ value }) => value);
  if (aws.some((value) => value === '*' || value === arn || value === principalArn)) return 'itself';
  const root = new RegExp(`^(arn:aws[a-z-]*:iam::${account}:root|${account})$`);
  return aws.some((value) => root.test(value)) ? 'account' : 'none';
}
