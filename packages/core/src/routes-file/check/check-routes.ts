import type { Route } from '../../model/routes.ts';
import { namesOf } from '../../names/names.ts';
import type { Path, Report } from '../../problems/problem.ts';
import type { Resolved } from '../resolve/resolve-routes.ts';

/** Finds conflicts between entries that are each valid. `lineOf` gives the line of another entry. */
export function checkRoutes(
  { routes, pathOf }: Resolved,
  report: Report,
  lineOf: (path: Path) => number,
): void {
  const pathTo = (entry: Parameters<typeof pathOf.get>[0]): Path => pathOf.get(entry) ?? [];
  const claimStream = createClaims<Route>();
  const claimName = createClaims<Route>();
  const deployed = namesOf(routes);
  const claimPhysicalName = createClaims<Route>();

  for (const route of routes.routes) {
    const path = pathTo(route);

    const sameStream = claimStream(`${route.forwarder} ${route.stream.service} ${route.stream.name}`, route);
    if (sameStream !== undefined) {
      const message = `"${route.stream.name}" is already routed at line ${lineOf(pathTo(sameStream))}`;
      report(
        [...path, 'stream'],
        'duplicate-stream',
        message,
        'add the target there, or name another forwarder here',
      );
    }

    const sameName = claimName(route.name, route);
    if (sameName !== undefined && sameName !== sameStream) {
      const message = `a route named "${route.name}" is already at line ${lineOf(pathTo(sameName))}`;
      report(path, 'duplicate-route', message, 'give this one a "name" of its own');
    }

    // IAM compares role names without regard to case, and so do some disks the files named after stacks.
    for (const physical of [
      deployed.route(route.name).stack.toLowerCase(),
      deployed.generatedRole(route).toLowerCase(),
    ]) {
      const other = claimPhysicalName(physical, route);
      if (other === undefined || other === route || other.name === route.name) continue;
      const message = `"${route.name}" and "${other.name}" (line ${lineOf(pathTo(other))}) would both be "${physical}" in AWS`;
      report(path, 'colliding-name', message, 'give one of them another "name"');
      break;
    }

    checkTargets(route, pathTo, report, lineOf);
  }
}

function checkTargets(
  route: Route,
  pathTo: (target: Route['targets'][number]) => Path,
  report: Report,
  lineOf: (path: Path) => number,
): void {
  const claimFunction = createClaims<Route['targets'][number]>();
  const claimRole = createClaims<Route['targets'][number]>();
  const claimReplaced = createClaims<Route['targets'][number]>();

  for (const target of route.targets) {
    const same = claimFunction(target.functionArn, target);
    if (same !== undefined) {
      const message = `${target.functionArn} is already a target of this route at line ${lineOf(pathTo(same))}`;
      report(pathTo(target), 'duplicate-target', message, 'remove one of them');
    }
    for (const replaced of target.replaces ?? []) {
      const other =
        route.targets.find(({ functionArn }) => functionArn === replaced) ?? claimReplaced(replaced, target);
      if (other === undefined || (other === target && other.functionArn !== replaced)) continue;
      const message = `what is parked for ${replaced} goes to the target at line ${lineOf(pathTo(other))} already`;
      report([...pathTo(target), 'replaces'], 'replaces-conflict', message, 'remove it here');
    }
    const sameRole = claimRole(target.roleArn, target);
    if (sameRole !== undefined && sameRole.externalId !== target.externalId) {
      const message = `expected "${sameRole.externalId}" as at line ${lineOf(pathTo(sameRole))}, got "${target.externalId}": targets of a route in account ${target.account} share a role`;
      const hint = 'write the same "externalId" for all of them';
      report([...pathTo(target), 'externalId'], 'external-id-conflict', message, hint);
    }
  }
}

/**
 * Remembers who claimed a key first.
 *
 * @returns the earlier claimant of a key; undefined where there is none
 */
function createClaims<T>(): (key: string, user: T) => T | undefined {
  const users = new Map<string, T>();
  return (key, user) => {
    const earlier = users.get(key);
    if (earlier === undefined) users.set(key, user);
    return earlier;
  };
}
