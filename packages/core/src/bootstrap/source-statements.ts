import type { AllowStatement } from '../execution/execution-policies.ts';
import type { Routes } from '../model/routes.ts';
import { executionRoleStatements } from './execution-role-statements.ts';
import { forwarderStatements } from './forwarder-statements.ts';
import { routeStatements } from './route-statements.ts';

/**
 * What CloudFormation needs in the source account, for every forwarder and route that a file of this name may have. Each part
 * is a policy of its own, which keeps its name whatever else the file has. What is on `*` names no resource in AWS, or has a
 * name of AWS's own: an event source mapping is found by its function.
 */
export function sourceStatements(
  routes: Pick<Routes, 'name' | 'source' | 'routes' | 'forwarders' | 'encryptionKeyArn'>,
): Record<'roles' | 'forwarders' | 'routes', AllowStatement[]> {
  return {
    roles: executionRoleStatements(routes),
    forwarders: forwarderStatements(routes),
    routes: routeStatements(routes),
  };
}
