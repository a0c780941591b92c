import { mkdir, writeFile } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { parseRoutes } from '@xacct/core';
import manifest from '#manifest' with { type: 'json' };
import { AWS_CDK } from '../cdk/aws-cdk.ts';
import { CommandFailure } from '../terminal/command-failure.ts';
import { addToManifest } from './add-to-manifest.ts';
import { askRoute, type FirstRoute, SAMPLE_ROUTE } from './ask-route.ts';
import { installPackages } from './install-packages.ts';
import { findPackageManager, type PackageManager } from './package-manager.ts';
import { IGNORED, renderReadme, renderSample, SCRIPTS, samplePath } from './render-files.ts';
import { renderRoutesFile } from './render-routes-file.ts';
import { renderWorkflow, WORKFLOW_PATH } from './render-workflow.ts';
import { readIfThere, type WrittenFile, writeNew } from './write-new.ts';

export interface InitFlags extends Partial<FirstRoute> {
  folder: string;
  ci?: 'github';
  packageManager?: PackageManager;
  install: boolean;
  yes: boolean;
}

/** Writes a forwarder's files to a folder, and installs its packages. */
export async function run(flags: InitFlags): Promise<void> {
  const folder = resolve(flags.folder);
  const manager = flags.packageManager ?? findPackageManager(folder);
  const before = await readIfThere(folder, 'routes.yaml');
  const isNew = before === undefined;
  const route = isNew ? await firstRoute(flags) : { ...SAMPLE_ROUTE, ...regionOf(before) };
  // Everything that may fail comes before the first file is written.
  const routesFile = renderRoutesFile(route);
  const packageFile = await planManifest(folder, flags.ci);
  const ignoreFile = await planIgnored(folder);

  await mkdir(folder, { recursive: true }).catch(({ code }: NodeJS.ErrnoException) => {
    throw new CommandFailure(`${flags.folder}: the folder cannot be made (${code})`);
  });
  const written = [
    await writeNew(folder, 'routes.yaml', routesFile),
    await packageFile(),
    await ignoreFile(),
    await writeNew(folder, 'README.md', renderReadme(basename(folder), manager)),
    // The functions of a routes file that was there already are not known here.
    ...(isNew ? [await writeNew(folder, samplePath(route), renderSample(route, manager))] : []),
    ...(flags.ci === undefined
      ? []
      : [await writeNew(folder, WORKFLOW_PATH, renderWorkflow(route, manager))]),
  ];
  process.stdout.write(render(flags.folder, written));
  if (flags.install) await installPackages(folder, manager);
  process.stdout.write(renderNext(folder, manager, flags));
}

async function firstRoute(flags: InitFlags): Promise<FirstRoute> {
  const isTerminal = process.stdin.isTTY && process.stderr.isTTY;
  if (flags.yes || !isTerminal) return { ...SAMPLE_ROUTE, ...given(flags) };
  return askRoute(given(flags), process.stdin, process.stderr);
}

/** The workflow needs it. */
function regionOf(routesFile: string): Pick<FirstRoute, 'region'> | undefined {
  const { routes } = parseRoutes(Buffer.from(routesFile), 'routes.yaml');
  return routes && { region: routes.source.region };
}

function given({ sourceAccount, region, stream, account, function: name }: InitFlags): Partial<FirstRoute> {
  return {
    ...(sourceAccount !== undefined && { sourceAccount }),
    ...(region !== undefined && { region }),
    ...(stream !== undefined && { stream }),
    ...(account !== undefined && { account }),
    ...(name !== undefined && { function: name }),
  };
}

async function planManifest(folder: string, ci: InitFlags['ci']): Promise<() => Promise<WrittenFile>> {
  const path = 'package.json';
  const before = await readIfThere(folder, path);
  const { text, added, left } = addToManifest(path, before ?? newManifest(folder), {
    scripts: SCRIPTS,
    devDependencies: {
      // In a workflow nobody is there to be asked for it.
      ...(ci !== undefined && { [AWS_CDK.name]: AWS_CDK.range }),
      xacct: `^${manifest.version}`,
    },
  });
  return async () => {
    if (before === undefined) return writeNew(folder, path, text);
    const outcome = [
      ...(added.length > 0 ? [`added ${added.join(', ')}`] : []),
      ...(left.length > 0 ? [`left ${left.join(', ')} as it is`] : []),
    ];
    if (added.length > 0) await writeFile(join(folder, path), text);
    return { path, outcome: outcome.length === 0 ? 'has it all' : outcome.join('; ') };
  };
}

function newManifest(folder: string): string {
  const name = basename(folder)
    .toLowerCase()
    .replaceAll(/[^a-z0-9._-]+/g, '-')
    .replaceAll(/^[._-]+/g, '');
  return JSON.stringify({ name: name || 'forwarder', private: true, type: 'module' });
}

async function planIgnored(folder: string): Promise<() => Promise<WrittenFile>> {
  const path = '.gitignore';
  const before = await readIfThere(folder, path);
  const lines = new Set(before?.split(/\r?\n/).map((line) => line.trim().replace(/^\/|\/$/g, '')));
  const missing = IGNORED.filter((line) => !lines.has(line.replace(/\/$/, '')));
  return async () => {
    if (before === undefined) return writeNew(folder, path, `${IGNORED.join('\n')}\n`);
    if (missing.length === 0) return { path, outcome: 'has it all' };
    const end = before === '' || before.endsWith('\n') ? '' : '\n';
    await writeFile(join(folder, path), `${end}${missing.join('\n')}\n`, { flag: 'a' });
    return { path, outcome: `added ${missing.join(', ')}` };
  };
}

function render(folder: string, written: readonly WrittenFile[]): string {
  const width = Math.max(...written.map(({ path }) => path.length));
  return written.map(({ path, outcome }) => `${join(folder, path.padEnd(width))}  ${outcome}\n`).join('');
}

function renderNext(folder: string, manager: PackageManager, { install, folder: typed }: InitFlags): string {
  const isHere = folder === resolve('');
  const steps = [...(isHere ? [] : [`cd ${typed}`]), ...(install ? [] : [`${manager} install`])];
  return `\nNext: ${[...steps, `${manager} run demo`].join(' && ')}\n`;
}
