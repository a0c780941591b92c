import type { AllowStatement, PolicyDocument } from '../execution/execution-policies.ts';
import { accountsWithRole } from '../model/accounts-with-role.ts';
import type { Named, Routes } from '../model/routes.ts';
import { namesOf, stackRegion } from '../names/names.ts';
import { executionRoleStatements } from './execution-role-statements.ts';
import { forwarderStatements } from './forwarder-statements.ts';
import { routeStatements } from './route-statements.ts';
import { targetStatements } from './target-statements.ts';

/** A managed policy for the role with which CloudFormation deploys in an account. */
export interface BootstrapPolicy {
  /** Name of the managed policy. */
  name: string;
  /** What it is for, as IAM shows it. */
  description: string;
  /** What it allows. */
  document: PolicyDocument;
}

/**
 * The policies that CloudFormation needs in an account in which routes have targets.
 *
 * @param account its ID, or a pattern for several
 * @param regions those in which it deploys; by default that of the account
 */
export function targetBootstrapPolicies(
  routes: Pick<Routes, 'name' | 'source' | 'rolePath' | 'accountRegions'>,
  account: string,
  regions: readonly string[] = [stackRegion(routes, account)],
): BootstrapPolicy[] {
  const roles = `the roles that account ${routes.source.account} assumes`;
  return [policyOf(routes, 'target', roles, targetStatements(routes, account, regions))];
}

/**
 * The policies that CloudFormation needs in the source account, for every forwarder and route that a file of this name may
 * have; that of a target account, too, where it is one. Each part is a policy of its own, which keeps its name whatever else
 * the file has. What is on `*` names no resource in AWS, or has a name of AWS's own: an event source mapping is found by its
 * function.
 */
export function sourceBootstrapPolicies(routes: Routes): BootstrapPolicy[] {
  const { account } = routes.source;
  const isTarget = routes.routes.some((route) => accountsWithRole(route).includes(account));
  const parts = {
    roles: executionRoleStatements(routes),
    forwarders: forwarderStatements(routes),
    routes: routeStatements(routes),
  };
  const own = Object.entries(parts).map(([part, statements]) =>
    policyOf(routes, `source-${part}`, `the ${part} of account ${account}`, statements),
  );
  return [...own, ...(isTarget ? targetBootstrapPolicies(routes, account) : [])];
}

/** @param managed what the policy lets CloudFormation manage */
function policyOf(
  routes: Named,
  part: string,
  managed: string,
  Statement: AllowStatement[],
): BootstrapPolicy {
  return {
    name: namesOf(routes).bootstrapPolicy(part),
    description: `${routes.name}: lets CloudFormation manage ${managed}`,
    document: { Version: '2012-10-17', Statement },
  };
}
