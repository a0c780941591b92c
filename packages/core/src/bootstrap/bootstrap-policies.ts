import type { AllowStatement, PolicyDocument } from '../execution/execution-policies.ts';
import { accountsWithRole } from '../model/accounts-with-role.ts';
import type { Routes } from '../model/routes.ts';
import { namesOf, stackRegion } from '../names/names.ts';
import { sourceStatements } from './source-statements.ts';
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
  const { name, source } = routes;
  return [
    {
      name: namesOf(routes).bootstrapPolicy('target'),
      description: `${name}: lets CloudFormation manage the roles that account ${source.account} assumes`,
      document: documentOf(targetStatements(routes, account, regions)),
    },
  ];
}

/** The policies that CloudFormation needs in the source account; that of a target account, too, where it is one. */
export function sourceBootstrapPolicies(routes: Routes): BootstrapPolicy[] {
  const { name, source } = routes;
  const isTarget = routes.routes.some((route) => accountsWithRole(route).includes(source.account));
  const own = Object.entries(sourceStatements(routes)).map(([part, statements]) => ({
    name: namesOf(routes).bootstrapPolicy(`source-${part}`),
    description: `${name}: lets CloudFormation manage the ${part} of account ${source.account}`,
    document: documentOf(statements),
  }));
  return [...own, ...(isTarget ? targetBootstrapPolicies(routes, source.account) : [])];
}

function documentOf(Statement: AllowStatement[]): PolicyDocument {
  return { Version: '2012-10-17', Statement };
}
