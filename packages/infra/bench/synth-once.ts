import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseRoutes, type Routes } from '@xacct/core';
import { App, type AppProps, Stack } from 'aws-cdk-lib';
import { CfnRole } from 'aws-cdk-lib/aws-iam';
import { createApp } from '../src/app.ts';

/**
 * One synthesis in a process of its own, so that its peak memory is its own: `synth-once.ts routed <routes> <accounts>`, or
 * `synth-once.ts bare <stacks>x<resources> …` for so many stacks with so many roles each, with the same settings of the app.
 */

/** What a forwarder's role has room for, with space to spare. */
const ROUTES_OF_A_FORWARDER = 50;
const ROLES_OF_A_FORWARDER = 250;
const MEMORY = '/dev/shm';

export interface Measured {
  seconds: number;
  /** Of the whole process. */
  peakMB: number;
  stacks: number;
  largestTemplateBytes: number;
  /** How many stacks have how many resources, as `bare` takes it. */
  shape: string[];
}

const [kind, ...sizes] = process.argv.slice(2);
// In memory where there is such a folder: a disk that throttles writes would be all that is measured.
const parent = existsSync(MEMORY) ? MEMORY : tmpdir();
const folder = await mkdtemp(join(parent, 'xacct-bench-'));
try {
  const outdir = join(folder, 'out');
  const handlerFolder = join(folder, 'handler');
  await mkdir(handlerFolder);
  await writeFile(join(handlerFolder, 'index.js'), 'exports.handler = async () => null;\n');
  const [routes = 0, accounts = 0] = sizes.map(Number);
  const make =
    kind === 'bare'
      ? () => bareApp(outdir, sizes)
      : routedApp(routesOf(routes, accounts), handlerFolder, outdir);

  const start = performance.now();
  const { stacks } = make().synth();
  const seconds = (performance.now() - start) / 1_000;
  const measured: Measured = {
    seconds,
    peakMB: process.resourceUsage().maxRSS / 1024,
    stacks: stacks.length,
    largestTemplateBytes: await largestTemplate(outdir),
    shape: Array.from(
      Map.groupBy(stacks, ({ template }) => Object.keys(template.Resources).length),
      ([resources, alike]) => `${alike.length}x${resources}`,
    ),
  };
  console.log(JSON.stringify(measured));
} finally {
  await rm(folder, { recursive: true });
}

function routedApp(routes: Routes, handlerFolder: string, outdir: string): () => App {
  return () => createApp({ routes, handlerFolder, outdir });
}

function bareApp(outdir: string, shape: readonly string[]): App {
  const settings: AppProps = {
    analyticsReporting: false,
    treeMetadata: false,
    builtinCloudFormationValidation: false,
    stackTraces: false,
    context: { 'aws:cdk:disable-creation-stack-traces': true },
  };
  const app = new App({ ...settings, outdir });
  const resources = shape.flatMap((alike) => {
    const [stacks = 0, each = 0] = alike.split('x').map(Number);
    return Array.from({ length: stacks }, () => each);
  });
  for (const [index, count] of resources.entries()) {
    const stack = new Stack(app, `stack-${index}`, {
      env: { account: String(200_000_000_000 + index), region: 'us-west-2' },
    });
    for (let role = 0; role < count; role++)
      new CfnRole(stack, `Role${role}`, {
        assumeRolePolicyDocument: { Version: '2012-10-17', Statement: [] },
      });
  }
  return app;
}

/** Every account is a target of one route at least, and every route has one target at least. */
function routesOf(routeCount: number, accountCount: number): Routes {
  const targetsOfARoute = Math.max(1, accountCount / routeCount);
  const routesOfAForwarder = Math.min(
    ROUTES_OF_A_FORWARDER,
    Math.floor(ROLES_OF_A_FORWARDER / targetsOfARoute),
  );
  const entries = Array.from({ length: routeCount }, (_, route) => {
    const targets = Array.from({ length: targetsOfARoute }, (_, target) => {
      const account = 200_000_000_000 + ((route * targetsOfARoute + target) % accountCount);
      return `      - { account: "${account}", function: reader }`;
    });
    const forwarder = `f${Math.floor(route / routesOfAForwarder)}`;
    return `  - stream: stream-${route}\n    forwarder: ${forwarder}\n    targets:\n${targets.join('\n')}`;
  });
  const { routes, problems } = parseRoutes(
    `source: { account: "111111111111", region: us-west-2 }\nroutes:\n${entries.join('\n')}\n`,
  );
  if (routes === undefined) throw new Error(`The file to measure with is not valid: ${problems[0]?.message}`);
  return routes;
}

async function largestTemplate(outdir: string): Promise<number> {
  const names = (await readdir(outdir)).filter((name) => name.endsWith('.template.json'));
  const sizes = await Promise.all(names.map(async (name) => (await stat(join(outdir, name))).size));
  return Math.max(...sizes);
}
