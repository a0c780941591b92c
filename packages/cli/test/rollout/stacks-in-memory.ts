import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Routes } from '@xacct/core';
import { createRouteStacks, type RouteStacksProps } from '@xacct/infra/constructs';
import { App, Stack as CdkStack } from 'aws-cdk-lib';
import { afterAll } from 'vitest';
import type { AssemblyStack } from '../../src/stacks/read-assembly-stacks.ts';
import type { Template } from '../../src/stacks/stack.ts';

/**
 * The stacks of a routes file without an assembly on disk and without the handler's bundle, which is most of the time that
 * a synthesis takes.
 */
export function stacksInMemory(routes: Routes, more: Partial<RouteStacksProps> = {}): AssemblyStack[] {
  const app = new App({
    outdir: join(FOLDER, 'cdk.out'),
    analyticsReporting: false,
    treeMetadata: false,
    stackTraces: false,
    context: { 'aws:cdk:disable-creation-stack-traces': true },
  });
  createRouteStacks(app, { routes, handlerFolder: HANDLER, ...more });
  return app.node.children
    .filter((child) => CdkStack.isStack(child))
    .map((stack) => ({
      name: stack.stackName,
      account: stack.account,
      region: stack.region,
      tags: stack.tags.tagValues(),
      template: templateOf(stack),
      needs: stack.dependencies.map(({ stackName }) => stackName),
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
afterAll(() => rmSync(FOLDER, { recursive: true }));
