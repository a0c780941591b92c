import { isDeepStrictEqual } from 'node:util';
import type { AccountLabels } from '../routes-file/account-labels.ts';
import { routeOf, routeOfRole, type Stack } from '../stacks/stack.ts';
import { storedRoute } from '../stacks/stored-route.ts';
import type { ResourceChange } from './compare-resources.ts';
import { compareStacks, type StackChange } from './compare-stacks.ts';
import { countResources } from './count-resources.ts';
import { describeMapping } from './describe-mapping-change.ts';
import { describeTargets } from './describe-targets.ts';

export interface RouteChange {
  route: string;
  /** `replace`: an update that replaces a resource which holds state. */
  change: 'add' | 'update' | 'replace' | 'remove';
  /** ARNs of its targets, or of its former targets. */
  targets: string[];
  /** One phrase each. */
  details: string[];
}

export interface RoutesDiff {
  stacks: StackChange[];
  routes: RouteChange[];
  /** Stacks of forwarders, and stacks of target accounts that no route needs. */
  others: OtherChange[];
  /** How many routes of the file do not change. */
  unchangedRoutes: number;
}

export interface OtherChange {
  name: string;
  account: string;
  change: 'add' | 'update' | 'replace' | 'remove';
  details: string[];
}

/** What a deployment of synthesized stacks would change, route by route. */
export function diffRoutes(
  deployed: readonly Stack[],
  synthesized: readonly Stack[],
  labels: AccountLabels,
): RoutesDiff {
  const stacks = compareStacks(deployed, synthesized);
  const roles = rolesByRoute(stacks);
  const routeStacks = new Map(stacks.map((stack) => [routeOfChange(stack), stack]));
  routeStacks.delete(undefined);
  const names = [...new Set([...routeStacks.keys(), ...roles.keys()])].filter((name) => name !== undefined);
  const routes = names
    .toSorted()
    .map((route) => describeRoute(route, routeStacks.get(route), roles.get(route) ?? [], labels));
  const inFile = synthesized.map(routeOf).filter((route) => route !== undefined);
  return {
    stacks,
    routes,
    others: stacks.filter((stack) => isListed(stack)).map(describeOther),
    unchangedRoutes: inFile.filter((route) => !names.includes(route)).length,
  };
}

interface RoleChange extends ResourceChange {
  account: string;
}

function rolesByRoute(stacks: readonly StackChange[]): Map<string | undefined, RoleChange[]> {
  const roles = stacks
    .filter(({ kind }) => kind === 'target')
    .flatMap(({ account, resources }) => resources.map((resource) => ({ ...resource, account })));
  const byRoute = Map.groupBy(roles, ({ before, after }) => {
    const resource = after ?? before;
    return resource && routeOfRole(resource);
  });
  byRoute.delete(undefined);
  return byRoute;
}

function routeOfChange({ before, after }: StackChange): string | undefined {
  const stack = after ?? before;
  return stack && routeOf(stack);
}

function describeRoute(
  route: string,
  stack: StackChange | undefined,
  roles: readonly RoleChange[],
  labels: AccountLabels,
): RouteChange {
  const stored = storedRoute(stack?.after ?? stack?.before);
  const targets = stored?.targets.map(({ functionArn }) => functionArn) ?? [];
  if (stack?.change === 'add') {
    return { route, change: 'add', targets, details: [countResources([...roles, ...stack.resources])] };
  }
  if (stack?.change === 'remove') {
    return { route, change: 'remove', targets, details: describeRemoval(route, stack.resources) };
  }
  const resources = stack?.resources ?? [];
  const isReplaced = resources.some(
    ({ type, change }) => change === 'replace' && /Mapping$|Queue$/.test(type),
  );
  return {
    route,
    change: isReplaced ? 'replace' : 'update',
    targets,
    details: [
      ...describeUpdate(stack, labels),
      ...roles.map(({ account, change }) => `role in ${labels.account(account)}: ${VERBS[change]}`),
    ],
  };
}

function describeRemoval(route: string, resources: readonly ResourceChange[]): string[] {
  const gone = resources.filter(({ change }) => change === 'delete');
  const kept = resources.some(({ change }) => change === 'keep');
  return [
    `no longer in the file; "xacct destroy ${route}" deletes ${countResources(gone)}`,
    ...(kept ? ['its queues and dead letters stay (RETAIN)'] : []),
  ];
}

const VERBS = { create: 'new', update: 'updated', replace: 'REPLACED', delete: 'deleted', keep: 'kept' };

function describeUpdate(stack: StackChange | undefined, labels: AccountLabels): string[] {
  if (stack === undefined) return [];
  const [before, after] = [storedRoute(stack.before), storedRoute(stack.after)];
  const targets = before === undefined || after === undefined ? [] : describeTargets(before, after, labels);
  const isMapping = ({ id, change }: ResourceChange) => id === 'Mapping' && /update|replace/.test(change);
  const isRoute = ({ type, change }: ResourceChange) =>
    type === 'AWS::SSM::Parameter' && change === 'update' && targets.length > 0;
  const phrases = stack.resources.filter(isMapping).map(describeMapping);
  const rest = stack.resources.filter((resource) => !isMapping(resource) && !isRoute(resource));
  return [...phrases, ...targets, ...describeRest(rest), ...describeTags(stack)];
}

/** CloudFormation gives the tags of a stack to its resources; they are in no template. */
function describeTags({ before, after }: StackChange): string[] {
  return isDeepStrictEqual(before?.tags, after?.tags) ? [] : ['tags'];
}

/** `2 alarms updated`, `1 consumer new`. */
function describeRest(resources: readonly ResourceChange[]): string[] {
  return Array.from(
    Map.groupBy(resources, ({ change }) => change),
    ([change, changed]) => `${countResources(changed)} ${VERBS[change]}`,
  );
}

function isListed({ kind, change }: StackChange): boolean {
  return kind === 'forwarder' || (kind === 'target' && change === 'remove');
}

function describeOther(stack: StackChange): OtherChange {
  const { name, account, change, resources } = stack;
  const isReplaced = resources.some((resource) => resource.change === 'replace');
  if (change === 'add') return { name, account, change, details: [countResources(resources)] };
  if (change === 'remove') {
    const command = stack.kind === 'target' ? `"xacct destroy --account ${account}"` : 'no deployment';
    const hint = `no route of the file needs it; ${command} deletes it`;
    return { name, account, change, details: [hint, ...describeRest(resources)] };
  }
  const details = [...describeRest(resources), ...describeTags(stack)];
  return { name, account, change: isReplaced ? 'replace' : change, details };
}
