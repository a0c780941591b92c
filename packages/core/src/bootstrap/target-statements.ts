import type { AllowStatement } from '../execution/execution-policies.ts';
import type { Routes } from '../model/routes.ts';
import { cdkVersionParameter } from '../names/cdk-bootstrap.ts';
import { generatedRolePattern } from '../names/generated-role.ts';
import { parameterArn, permissionsBoundaryArn } from '../names/resource-arns.ts';
import { allow } from './allow.ts';
import { roleStatements } from './role-statements.ts';

/** What CloudFormation needs in a target account: the roles of routes, and to know the version of the bootstrap stack. */
export function targetStatements(
  routes: Pick<Routes, 'name' | 'source' | 'rolePath'>,
  account: string,
  regions: readonly string[],
): AllowStatement[] {
  const { source } = routes;
  return [
    ...roleStatements({
      sid: 'RouteRoles',
      roles: generatedRolePattern(routes, account),
      boundary: permissionsBoundaryArn(source, account),
    }),
    readBootstrapVersion(
      regions.map((region) => parameterArn({ ...source, account, region }, cdkVersionParameter(source))),
    ),
  ];
}

/** Each template has it as a parameter. */
export function readBootstrapVersion(parameters: readonly string[]): AllowStatement {
  const [first = '', ...others] = parameters;
  return allow('ReadBootstrapVersion', 'ssm:GetParameters', others.length === 0 ? first : parameters);
}
