import type { Forwarder, Routes } from '@xacct/core';
import { App, type AppProps, BOOTSTRAP_QUALIFIER_CONTEXT, type Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { ForwarderStack } from './forwarder-stack.ts';
import { routeRoles } from './route-roles.ts';
import { RouteStack } from './route-stack.ts';
import { sortRoutes } from './sort-routes.ts';
import { TargetStack } from './target-stack.ts';

export interface RoutesAppProps extends Pick<AppProps, 'outdir'> {
  routes: Routes;
  /** Folder of the handler's bundle. */
  handlerFolder: string;
}

export interface RouteStacksProps {
  routes: Routes;
  /** Folder of the handler's bundle, as `bundleHandler` writes it. */
  handlerFolder: string;
}

/** A CDK app of all stacks of a routes file. */
export function createApp({ routes, handlerFolder, ...props }: RoutesAppProps): App {
  const app = new App({
    ...props,
    analyticsReporting: false,
    treeMetadata: false,
    // Nine tenths of the time, for templates whose form no routes file changes: a test validates them all.
    builtinCloudFormationValidation: false,
    // Where in this package a resource was made tells nothing to who writes routes.yaml.
    stackTraces: false,
    context: {
      'aws:cdk:disable-creation-stack-traces': true,
      ...(routes.source.qualifier !== undefined && {
        [BOOTSTRAP_QUALIFIER_CONTEXT]: routes.source.qualifier,
      }),
    },
  });
  createRouteStacks(app, { routes, handlerFolder });
  return app;
}

/**
 * Makes all stacks of a routes file in an app or a stage. They are linked by explicit names and by order, never by
 * exports.
 */
export function createRouteStacks(
  scope: Construct,
  { routes: written, handlerFolder }: RouteStacksProps,
): void {
  checkQualifier(scope, written);
  const routes = sortRoutes(written);
  const routedBy = Map.groupBy(routes.routes, ({ forwarder }) => forwarder);
  for (const forwarder of routes.forwarders) {
    const routed = { ...routes, routes: routedBy.get(forwarder.name) ?? [] };
    createForwarder(scope, routed, forwarder, handlerFolder);
  }
}

/** The stacks of a forwarder and of all its routes, which no other forwarder shares. */
function createForwarder(
  scope: Construct,
  routes: Routes,
  forwarder: Forwarder,
  handlerFolder: string,
): void {
  const forwarderStack = new ForwarderStack(scope, { routes, forwarder, handlerFolder });
  const roles = Map.groupBy(
    routes.routes.flatMap((route) => routeRoles(routes, route)),
    ({ account }) => account,
  );
  const targetStacks = new Map<string, Stack>();
  for (const [account, ofAccount] of [...roles].toSorted(([one], [other]) => (one < other ? -1 : 1))) {
    const props = { routes, account, forwarder: forwarder.name, roles: ofAccount };
    targetStacks.set(account, new TargetStack(scope, props));
  }
  for (const route of routes.routes) {
    const stack = new RouteStack(scope, { routes, route, forwarder });
    // The mappings start to read when their stack is deployed: both sides must be ready by then.
    const needed = [forwarderStack, ...route.targets.map(({ account }) => targetStacks.get(account))];
    for (const other of new Set(needed)) if (other !== undefined) stack.addStackDependency(other);
  }
}

/** The CDK has it from the app: a stack that is bootstrapped otherwise than the file says would not be found by `xacct`. */
function checkQualifier(scope: Construct, { source: { qualifier } }: Routes): void {
  const given: unknown = scope.node.tryGetContext(BOOTSTRAP_QUALIFIER_CONTEXT);
  if (qualifier === undefined || given === qualifier) return;
  throw new Error(
    `The routes file has bootstrap.qualifier "${qualifier}", and the app's context ${BOOTSTRAP_QUALIFIER_CONTEXT} is ${JSON.stringify(given) ?? 'not set'}: set it, or remove the option`,
  );
}
