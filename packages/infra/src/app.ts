import { type Routes, roleArn, routeRoleName } from '@xacct/core';
import { App, type AppProps, type Stack } from 'aws-cdk-lib';
import { ForwarderStack } from './forwarder-stack.ts';
import { RouteStack } from './route-stack.ts';
import { TargetStack } from './target-stack.ts';

export interface RoutesAppProps extends Pick<AppProps, 'outdir'> {
  routes: Routes;
  /** Folder of the handler's bundle. */
  handlerFolder: string;
}

/** All stacks of a routes file. They are linked by explicit names and by order, never by exports. */
export function createApp({ routes, handlerFolder, ...props }: RoutesAppProps): App {
  const app = new App({ ...props, analyticsReporting: false, treeMetadata: false });

  const forwarders = routes.forwarders.map((forwarder) => ({
    forwarder,
    stack: new ForwarderStack(app, { routes, forwarder, handlerFolder }),
  }));
  const targets = new Map<string, Stack>();
  for (const account of accountsOf(routes)) {
    targets.set(account, new TargetStack(app, { routes, account }));
  }
  for (const { forwarder, stack: forwarderStack } of forwarders) {
    for (const route of routes.routes.filter((candidate) => candidate.forwarder === forwarder.name)) {
      const stack = new RouteStack(app, { routes, route, forwarder });
      // The mappings start to read when their stack is deployed: both sides must be ready by then.
      const needed = [forwarderStack, ...route.targets.map(({ account }) => targets.get(account))];
      for (const other of new Set(needed)) if (other !== undefined) stack.addStackDependency(other);
    }
  }
  return app;
}

/** The accounts in which a role is made; where all roles are existing ones, there is nothing to deploy. */
function accountsOf({ name, source, routes }: Routes): string[] {
  const accounts = routes.flatMap((route) =>
    route.targets
      .filter(
        ({ account, roleArn: arn }) => arn === roleArn(source, account, routeRoleName(name, route.name)),
      )
      .map(({ account }) => account),
  );
  return [...new Set(accounts)].sort();
}
