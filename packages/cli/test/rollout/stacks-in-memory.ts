import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { namesOf, type Routes } from '@xacct/core';
import { NO_PERMISSIONS, type Permissions } from '@xacct/core/rollout';
import { createRouteStacks, type RouteStacksProps, routeRoles } from '@xacct/infra/constructs';
import { App, Stack as CdkStack } from 'aws-cdk-lib';
import type { AssemblyStack } from '../../src/stacks/read-assembly-stacks.ts';
import type { Stack, Template } from '../../src/stacks/stack.ts';

/**
 * The stacks of a routes file, as `synthesize` makes them, but without an assembly on disk and without the handler's bundle,
 * which is most of the time that it takes. A stack is made once for all that it depends on.
 */
export function stacksInMemory(
  routes: Routes,
  { also = NO_PERMISSIONS, only = () => true }: Partial<Pick<RouteStacksProps, 'also' | 'only'>> = {},
): AssemblyStack[] {
  const plans = planStacks(routes, also).filter(({ name }) => only(name));
  const fresh = new Set(plans.filter(({ key }) => !known.has(key)).map(({ name }) => name));
  const made = new Map(
    fresh.size === 0
      ? []
      : make({ routes, also, only: (name) => fresh.has(name) }).map((stack) => [stack.name, stack]),
  );
  return plans.flatMap(({ key, name, needs }) => {
    const stack = known.get(key) ?? made.get(name);
    if (stack === undefined) throw new Error(`Stack ${name} was expected, and not made`);
    known.set(key, stack);
    return { ...stack, folder: '', needs };
  });
}

interface Plan {
  name: string;
  needs: string[];
  /** All that its template depends on. */
  key: string;
}

const known = new Map<string, Stack>();

function planStacks(routes: Routes, { roles, grants, senders }: Permissions): Plan[] {
  const { name, source } = routes;
  const names = namesOf(routes);
  const keyOf = (...parts: unknown[]) => JSON.stringify([name, source, ...parts]);
  return routes.forwarders.flatMap((forwarder): Plan[] => {
    const routed = routes.routes.filter((route) => route.forwarder === forwarder.name);
    const isOwn = (permission: { forwarder: string }) => permission.forwarder === forwarder.name;
    const forwarderStack = names.forwarder(forwarder.name).stack;
    const made = Map.groupBy(routed.flatMap(routeRoles), ({ account }) => account);
    const targetStack = (account: string) => names.targetStack({ account, forwarder: forwarder.name });
    return [
      { name: forwarderStack, needs: [], key: keyOf(forwarder, routed, grants.filter(isOwn)) },
      ...Array.from(made, ([account, ofAccount]) => ({
        name: targetStack(account),
        needs: [],
        key: keyOf(
          account,
          forwarder.name,
          ofAccount.map(({ route, targets }) => [route.name, targets]),
          roles.filter((role) => isOwn(role) && role.account === account),
        ),
      })),
      ...routed.map((route) => ({
        name: names.route(route.name).stack,
        needs: [
          forwarderStack,
          ...[...new Set(route.targets.map(({ account }) => account))]
            .filter((account) => made.has(account))
            .map(targetStack),
        ],
        key: keyOf(
          forwarder,
          route,
          senders.filter((sender) => sender.route === route.name),
        ),
      })),
    ];
  });
}

function make(props: Omit<RouteStacksProps, 'handlerFolder'>): Stack[] {
  const app = new App({
    outdir: join(FOLDER, 'cdk.out'),
    analyticsReporting: false,
    treeMetadata: false,
    stackTraces: false,
    context: { 'aws:cdk:disable-creation-stack-traces': true },
  });
  createRouteStacks(app, { ...props, handlerFolder: HANDLER });
  return app.node.children
    .filter((child) => CdkStack.isStack(child))
    .map((stack) => ({
      name: stack.stackName,
      account: stack.account,
      region: stack.region,
      tags: stack.tags.tagValues(),
      template: templateOf(stack),
    }));
}

/** What `synth` writes, but for the check of the bootstrap's version, which it adds while it writes. */
function templateOf(stack: CdkStack): Template {
  const internal = stack as unknown as { _toCloudFormation(): object };
  return JSON.parse(JSON.stringify(stack.resolve(internal._toCloudFormation())));
}

const FOLDER = mkdtempSync(join(tmpdir(), 'xacct-rollout-'));
const HANDLER = join(FOLDER, 'handler');
mkdirSync(HANDLER);
writeFileSync(join(HANDLER, 'index.js'), 'exports.handler = async () => null;\n');
process.once('exit', () => rmSync(FOLDER, { recursive: true, force: true }));
