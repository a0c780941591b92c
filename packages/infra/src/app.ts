import { type Forwarder, namesOf, type Routes, stackRegion } from '@xacct/core';
import { NO_PERMISSIONS, type Permissions } from '@xacct/core/rollout';
import { App, type AppProps, BOOTSTRAP_QUALIFIER_CONTEXT, type Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { ForwarderStack } from './forwarder-stack.ts';
import { routeRoles } from './route-roles.ts';
import { RouteStack } from './route-stack.ts';
import { sortRoutes } from './sort-routes.ts';
import { TargetStack } from './target-stack.ts';
import { WrittenStack, type WrittenStackProps } from './written-stack.ts';

export interface RoutesAppProps extends Pick<AppProps, 'outdir'>, RouteStacksProps {}

/** What `createRouteStacks` makes stacks of. */
export interface RouteStacksProps {
  /** As `parseRoutes` of core returns them. */
  routes: Routes;
  /** Folder of the handler's bundle, as `bundleHandler` writes it. */
  handlerFolder: string;
  /**
   * What the stacks allow besides what the routes ask for, since it is still in use.
   *
   * @default nothing
   */
  also?: Permissions;
  /**
   * Other accounts that forwarders have had target stacks in, which nobody has deleted yet.
   *
   * @default none
   */
  accounts?: readonly ForwarderAccount[];
  /**
   * Stacks that are made of a template in place of the routes.
   *
   * @default none
   */
  written?: readonly WrittenStackProps[];
  /**
   * Whether to make the stack of that name.
   *
   * @default all stacks
   */
  only?: (stackName: string) => boolean;
}

/** An account with a target stack of a forwarder. */
export interface ForwarderAccount {
  /** Name of the forwarder. */
  forwarder: string;
  /** ID of the account. */
  account: string;
  /** Region of the stack there. */
  region: string;
}

/** A CDK app of all stacks of a routes file. */
export function createApp({ outdir, ...props }: RoutesAppProps): App {
  const app = new App({
    ...(outdir !== undefined && { outdir }),
    analyticsReporting: false,
    treeMetadata: false,
    // It takes nine tenths of the time, for templates whose form no routes file changes: a test validates them all.
    builtinCloudFormationValidation: false,
    // The line of this package that made a resource does not help the author of routes.yaml.
    stackTraces: false,
    context: {
      'aws:cdk:disable-creation-stack-traces': true,
      ...(props.routes.source.qualifier !== undefined && {
        [BOOTSTRAP_QUALIFIER_CONTEXT]: props.routes.source.qualifier,
      }),
    },
  });
  createRouteStacks(app, props);
  return app;
}

/**
 * Makes all stacks of a routes file in an app or a stage. They are linked by explicit names and by order, never by exports.
 *
 * @throws {Error} when the routes file and the app name different bootstrap qualifiers
 *
 * @example
 * const { routes } = parseRoutes(readFileSync('routes.yaml'));
 * await bundleHandler('dist/handler');
 * createRouteStacks(new App(), { routes, handlerFolder: 'dist/handler' });
 */
export function createRouteStacks(
  scope: Construct,
  {
    routes: asked,
    handlerFolder,
    also = NO_PERMISSIONS,
    only = () => true,
    accounts = [],
    written = [],
  }: RouteStacksProps,
): void {
  checkQualifier(scope, asked);
  const routes = sortRoutes(asked);
  const routedBy = Map.groupBy(routes.routes, ({ forwarder }) => forwarder);
  for (const forwarder of routes.forwarders) {
    const routed = { ...routes, routes: routedBy.get(forwarder.name) ?? [] };
    createForwarder(scope, forwarder, { routes: routed, handlerFolder, also, only, accounts });
  }
  for (const props of written) new WrittenStack(scope, props);
}

/** The stacks of a forwarder and of all its routes, which no other forwarder shares. */
function createForwarder(
  scope: Construct,
  forwarder: Forwarder,
  { routes, handlerFolder, also, only, accounts }: Required<Omit<RouteStacksProps, 'written'>>,
): void {
  const names = namesOf(routes);
  const isOwn = (permission: { forwarder: string }) => permission.forwarder === forwarder.name;
  const roles = Map.groupBy(routes.routes.flatMap(routeRoles), ({ account }) => account);
  const made: Stack[] = [];
  if (only(names.forwarder(forwarder.name).stack)) {
    const own = [...roles.keys()].map((account) => ({ account, region: stackRegion(routes, account) }));
    const known = [...own, ...accounts.filter(isOwn)];
    const grants = also.grants.filter(isOwn);
    made.push(new ForwarderStack(scope, { routes, forwarder, handlerFolder, also: grants, accounts: known }));
  }
  const targetStacks = new Map<string, Stack>();
  for (const [account, ofAccount] of [...roles].toSorted(([one], [other]) => (one < other ? -1 : 1))) {
    if (!only(names.targetStack({ account, forwarder: forwarder.name }))) continue;
    const used = also.roles.filter((role) => isOwn(role) && role.account === account);
    const props = { routes, account, forwarder: forwarder.name, roles: ofAccount, also: used };
    targetStacks.set(account, new TargetStack(scope, props));
  }
  for (const route of routes.routes) {
    if (!only(names.route(route.name).stack)) continue;
    const senders = also.senders
      .filter((sender) => sender.route === route.name)
      .map((sender) => sender.forwarder);
    const stack = new RouteStack(scope, { routes, route, forwarder, senders });
    // The mappings start to read when their stack is deployed: both sides must be ready by then.
    const needed = [...made, ...route.targets.map(({ account }) => targetStacks.get(account))];
    for (const other of new Set(needed)) if (other !== undefined) stack.addStackDependency(other);
  }
}

/** The CDK takes it from the app. `xacct` would not find a stack with another qualifier than that of the file. */
function checkQualifier(scope: Construct, { source: { qualifier } }: Routes): void {
  const given: unknown = scope.node.tryGetContext(BOOTSTRAP_QUALIFIER_CONTEXT);
  if (qualifier === undefined || given === qualifier) return;
  throw new Error(
    `The routes file has bootstrap.qualifier "${qualifier}", and the app's context ${BOOTSTRAP_QUALIFIER_CONTEXT} is ${JSON.stringify(given) ?? 'not set'}: set it, or remove the option`,
  );
}
