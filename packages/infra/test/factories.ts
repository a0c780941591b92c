import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { formatProblem, parseRoutes, type Routes } from '@xacct/core';
import { Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { inject } from 'vitest';
import { createApp } from '../src/app.ts';

/** Routes from the text of the entries under `routes`; `top` holds further top-level keys, `source` further options of it. */
export function routesOf(
  entries: string,
  top = '',
  region = 'us-west-2',
  organizationId?: string,
  source: Readonly<Record<string, string>> = {},
): Routes {
  const further = Object.entries({ ...(organizationId !== undefined && { organizationId }), ...source });
  const { routes, problems } = parseRoutes(`
source:
  account: "111111111111"
  region: ${region}${further.map(([key, value]) => `\n  ${key}: ${value}`).join('')}
accounts:
  analytics: "999999999999"
  billing: "222222222222"
${top}
routes:
${entries}`);
  if (routes === undefined) throw new Error(problems.map(formatProblem).join('\n'));
  return routes;
}

/** Every option that an organization with guardrails sets: a fixture of the routes file itself. */
export function guardedRoutes(): Routes {
  const file = new URL('../../core/test/fixtures/valid/guarded.yaml', import.meta.url);
  const { routes, problems } = parseRoutes(readFileSync(file, 'utf8'));
  if (routes === undefined) throw new Error(problems.map(formatProblem).join('\n'));
  return routes;
}

/** The templates of all stacks, or some, by stack name. The handler is a stand-in: only its asset hash is in them. */
export function templatesOf(routes: Routes, only?: (stackName: string) => boolean): Map<string, Template> {
  const app = appOf(routes, only);
  return new Map(
    app.node.children
      .filter((child) => Stack.isStack(child))
      .map((stack) => [stack.stackName, Template.fromStack(stack)]),
  );
}

export function appOf(routes: Routes, only?: (stackName: string) => boolean) {
  return createApp({
    routes,
    ...(only && { only }),
    handlerFolder: HANDLER_FOLDER,
    outdir: assemblyFolder(),
  });
}

/** A new folder for an assembly, removed after all tests. */
export function assemblyFolder(): string {
  return mkdtempSync(join(FOLDER, 'assembly-'));
}

export function templateOf(routes: Routes, stackName: string): Template {
  const template = templatesOf(routes, (name) => name === stackName).get(stackName);
  if (template === undefined) throw new Error(`There is no stack ${stackName}`);
  return template;
}

const FOLDER = inject('temporaryFolder');
export const HANDLER_FOLDER = join(FOLDER, 'handler');
mkdirSync(HANDLER_FOLDER, { recursive: true });
writeFileSync(join(HANDLER_FOLDER, 'index.js'), 'exports.handler = async () => null;\n');
