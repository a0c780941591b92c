import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { type Routes as CoreRoutes, formatProblem, namesOf, parseRoutes } from '@xacct/core';
import { createRouteStacks } from '@xacct/infra/constructs';
import { App, BOOTSTRAP_QUALIFIER_CONTEXT, Stack } from 'aws-cdk-lib';
import { describe, expect, test } from 'vitest';
import { handlerFolder } from '../src/handler-folder.ts';
import { Forwarder, Routes } from '../src/index.ts';
import { comparable } from './resources.ts';

const FIXTURES = new URL('../../core/test/fixtures/valid/', import.meta.url);
const FILES = [
  ...readdirSync(FIXTURES)
    .filter((name) => name.endsWith('.yaml'))
    .map((name) => fileURLToPath(new URL(name, FIXTURES))),
  fileURLToPath(new URL('../../../routes.yaml', import.meta.url)),
];

/** The resources of the stacks that the command makes. */
function byCommand(routes: CoreRoutes) {
  const app = appFor(routes);
  createRouteStacks(app, { routes, handlerFolder: handlerFolder() });
  const stacks = app.node.children.filter((child) => Stack.isStack(child));
  return comparable(stacks, (path) => path);
}

/** The resources that constructs make in a stack for the source and one for each target account. */
function byConstructs(file: string, resolved: CoreRoutes, flags?: Record<string, unknown>) {
  const routes = Routes.fromFile(file);
  const app = appFor(resolved, flags);
  const source = new Stack(app, 'Source', { env: routes.env });
  const targets = new Map<string, Stack>();
  const targetOf = (account: string) => {
    const stack = targets.get(account) ?? new Stack(app, `Target${account}`, { env: { account } });
    targets.set(account, stack);
    return stack;
  };
  for (const forwarderName of routes.forwarderNames) {
    const forwarder = new Forwarder(source, forwarderName, { routes, forwarderName });
    forwarder.addToTargets(targetOf);
  }
  const names = namesOf(resolved);
  // A stack of the command holds what a construct holds here.
  return comparable([source, ...targets.values()], (path) => {
    const [stack, ...inStack] = path.split('/');
    if (stack !== 'Source') return inStack.join('/');
    const [forwarder = '', routesOrId, route = '', ...inRoute] = inStack;
    return routesOrId === 'Routes'
      ? [names.route(route).stack, ...inRoute].join('/')
      : [names.forwarder(forwarder).stack, ...inStack.slice(1)].join('/');
  });
}

/** The bucket of assets is that of the bootstrap, which an app sets and not a construct. */
function appFor({ source: { qualifier } }: CoreRoutes, flags: Record<string, unknown> = {}): App {
  const bootstrap = qualifier === undefined ? {} : { [BOOTSTRAP_QUALIFIER_CONTEXT]: qualifier };
  return new App({ context: { ...flags, ...bootstrap } });
}

/** What `cdk init` writes into the cdk.json of a new app. */
const FLAGS: Record<string, unknown> = createRequire(import.meta.url)(
  'aws-cdk-lib/recommended-feature-flags.json',
);

function routesOf(file: string): CoreRoutes {
  const { routes, problems } = parseRoutes(readFileSync(file), file);
  if (routes === undefined) throw new Error(problems.map(formatProblem).join('\n'));
  return routes;
}

describe('a Forwarder with the routes of a file', () => {
  test.each(FILES.map((file) => [file.split('/').at(-1) ?? '', file]))(
    'makes the resources that the command makes: %s',
    (_, file) => {
      const routes = routesOf(file);
      const [command, constructs] = [byCommand(routes), byConstructs(file, routes)];
      expect([...constructs.keys()].sort()).toEqual([...command.keys()].sort());
      expect(command.size).toBeGreaterThan(15);
      for (const [name, { dependsOn, ...resource }] of command) {
        const { dependsOn: order = [], ...others } = constructs.get(name) ?? {};
        expect(others, name).toEqual(resource);
        // In one stack, what the order of stacks gave the command is an order of resources.
        expect(order, name).toEqual(expect.arrayContaining(dependsOn));
      }
    },
  );

  test('makes the same in an app with the feature flags of a new one', () => {
    const file = fileURLToPath(new URL('everything.yaml', FIXTURES));
    const routes = routesOf(file);
    expect(Object.keys(FLAGS).length).toBeGreaterThan(50);
    expect(byConstructs(file, routes, FLAGS)).toEqual(byConstructs(file, routes));
  });

  test('reads a stream only when the forwarder is there', () => {
    const file = fileURLToPath(new URL('minimal.yaml', FIXTURES));
    const routes = routesOf(file);
    const { stack } = namesOf(routes).forwarder('default');
    const resources = [...byConstructs(file, routes)];
    for (const id of ['Mapping', 'RetryMapping', 'RetryQueuePolicy', 'DeadLetterQueuePolicy']) {
      const [, resource] = resources.find(([path]) => path.endsWith(`/${id}`)) ?? [];
      expect(resource?.dependsOn).toEqual(
        expect.arrayContaining([`${stack}/Function/Resource`, `${stack}/FailureBucket/Resource`]),
      );
    }
  });
});
