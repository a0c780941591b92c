import { executionArns, parametersOf, policyCharacters } from './capacity/footprint.ts';
import { limits } from './limits.ts';
import type { Path, Report } from './problem.ts';
import type { Resolved } from './resolve-routes.ts';
import type { Route, Routes } from './routes.ts';

/**
 * Finds routes that AWS has no room for: parameters in Parameter Store, and policies of the roles.
 * Sizes of policies are those of the ARNs in them with a tenth for all else.
 */
export function checkCapacity({ routes, pathOf }: Resolved, report: Report): void {
  checkParameters(routes, pathOf, report);
  for (const { name } of routes.forwarders) checkExecutionRole(name, routes, pathOf, report);
  for (const route of routes.routes) checkRouteRoles(route, pathOf.get(route) ?? [], report);
}

function checkParameters(routes: Routes, pathOf: Resolved['pathOf'], report: Report): void {
  let used = 0;
  for (const route of routes.routes) {
    used += parametersOf(routes, route).length;
    if (used <= limits.ssm.parameters) continue;
    const message = `the routes up to this one take ${used} parameters, and a region of an account holds ${limits.ssm.parameters}`;
    report(pathOf.get(route) ?? [], 'capacity', message, 'move routes to another source account or region');
    return;
  }
}

/**
 * What the execution role of a forwarder may assume and read grows with every route. It is full long before the forwarder
 * has as many roles in an account as a stack holds, so these need no check of their own.
 */
function checkExecutionRole(
  forwarder: string,
  routes: Routes,
  pathOf: Resolved['pathOf'],
  report: Report,
): void {
  const { inlinePolicyCharacters, managedPolicyCharacters, managedPoliciesPerRole } = limits.iam;
  const room = inlinePolicyCharacters + managedPoliciesPerRole * managedPolicyCharacters;
  const arns = new Set<string>();
  let characters = 0;
  for (const route of routes.routes.filter((candidate) => candidate.forwarder === forwarder)) {
    const added = executionArns(routes, route).filter((arn) => !arns.has(arn));
    for (const arn of added) arns.add(arn);
    characters += policyCharacters(added);
    if (characters <= room) continue;
    const message = `the routes of forwarder "${forwarder}" up to this one take ${characters} characters of IAM policy, and its role holds ${room}`;
    report(pathOf.get(route) ?? [], 'capacity', message, 'name another "forwarder" from here on');
    return;
  }
}

/** A route's role in an account names each function that it may invoke there. */
function checkRouteRoles(route: Route, path: Path, report: Report): void {
  const room = limits.iam.inlinePolicyCharacters;
  for (const [roleArn, targets] of Map.groupBy(route.targets, (target) => target.roleArn)) {
    const characters = policyCharacters(targets.map(({ functionArn }) => functionArn));
    if (characters <= room) continue;
    const message = `${targets.length} functions take ${characters} characters of the policy of ${roleArn}, which holds ${room}`;
    report(
      path,
      'capacity',
      message,
      'move some of them to a second route, with another "name" and "forwarder"',
    );
  }
}
