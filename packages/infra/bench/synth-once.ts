import { mkdir, mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseRoutes, type Routes } from '@xacct/core';
import { App, type AppProps, Stack } from 'aws-cdk-lib';
import { CfnRole } from 'aws-cdk-lib/aws-iam';
import { createApp } from '../src/app.ts';

/**
 * One synthesis in a process of its own, so that its peak memory is its own: `synth-once.ts <routes> <accounts>`, or
 * `synth-once.ts <stacks>` for so many bare stacks, with the same settings of the app.
 */

/** What a forwarder's role has room for, with space to spare. */
const ROUTES_OF_A_FORWARDER = 50;
const ROLES_OF_A_FORWARDER = 250;

export interface Measured {
  seconds: number;
  /** Of the whole process. */
  peakMB: number;
  stacks: number;
  largestTemplateBytes: number;
}

const [count = 0, accountCount] = process.argv.slice(2).map(Number);
const folder = await mkdtemp(join(tmpdir(), 'xacct-bench-'));
try {
  const outdir = join(folder, 'out');
  const handlerFolder = join(folder, 'handler');
  await mkdir(handlerFolder);
  await writeFile(join(handlerFolder, 'index.js'), 'exports.handler = async () => null;\n');
  const make =
    accountCount === undefined
      ? () => bareApp(outdir, count)
      : routedApp(routesOf(count, accountCount), handlerFolder, outdir);

  const start = performance.now();
  const { stacks } = make().synth();
  const seconds = (performance.now() - start) / 1_000;
  const measured: Measured = {
    seconds,
    peakMB: process.resourceUsage().maxRSS / 1024,
    stacks: stacks.length,
    largestTemplateBytes: await largestTemplate(outdir),
  };
  console.log(JSON.stringify(measured));
} finally {
  await rm(folder, { recursive: true });
}

function routedApp(routes: Routes, handlerFolder: string, outdir: string): () => App {
  return () => createApp({ routes, handlerFolder, outdir });
}

function bareApp(outdir: string, stacks: number): App {
  const settings: AppProps = {
    analyticsReporting: false,
    treeMetadata: false,
    builtinCloudFormationValidation: false,
    stackTraces: false,
    context: { 'aws:cdk:disable-creation-stack-traces': true },
  };
  const app = new App({ ...settings, outdir });
  for (let index = 0; index < stacks; index++) {
    const stack = new Stack(app, `stack-${index}`, {
      env: { account: String(200_000_000_000 + index), region: 'us-west-2' },
    });
    new CfnRole(stack, 'Role', { assumeRolePolicyDocument: { Version: '2012-10-17', Statement: [] } });
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
