import { cp, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, inject, test } from 'vitest';
import { PACKAGE_MANAGERS, type PackageManager } from '../src/package-managers.ts';
import { createProject, type Project } from '../src/project.ts';

const example = fileURLToPath(new URL('../../../examples/cdk-app', import.meta.url));
const constructs = fileURLToPath(new URL('../../cdk', import.meta.url));

interface Variant {
  name: string;
  manager: PackageManager['name'];
  /** Major version of Node.js. */
  node: 22 | 24;
  /** In place of what the example's package.json has. */
  manifest: Record<string, unknown>;
  /** What differs from the example's devDependencies and dependencies. */
  versions: Record<string, string>;
  /** Runs the app's tests. */
  test(project: Project): Promise<string>;
  /** Writes the app's assembly to `cdk.out`. */
  synth(project: Project): Promise<string>;
}

const VARIANTS: Variant[] = [
  {
    name: 'ES modules on Node 24, with yarn and the command of the CDK',
    manager: 'yarn',
    node: 24,
    manifest: {},
    versions: {},
    test: (project) => project.exec('test'),
    synth: (project) => project.exec('synth'),
  },
  {
    name: 'CommonJS on Node 22, compiled by TypeScript 5, with pnpm',
    manager: 'pnpm',
    node: 22,
    manifest: { type: 'commonjs' },
    versions: { typescript: '~5.9.0', 'aws-cdk': '' },
    test: async (project) => {
      await project.exec('tsc');
      const compiled = await readFile(join(project.folder, 'dist/lib/create-stacks.js'), 'utf8');
      expect(compiled).toContain('require("@xacct/cdk")');
      return project.run('node', '--test', 'dist/test/create-stacks.test.js');
    },
    synth: (project) => project.run('node', 'dist/bin/app.js'),
  },
  {
    name: 'ES modules on Node 22, with npm and the oldest supported CDK',
    manager: 'npm',
    node: 22,
    manifest: {},
    versions: { 'aws-cdk-lib': 'oldest', constructs: 'oldest', 'aws-cdk': '' },
    test: (project) => project.run('npm', 'test'),
    synth: (project) => project.run('node', 'bin/app.ts'),
  },
];

/** The resources of the app's stacks, by variant. */
const assemblies = new Map<string, unknown>();

describe('examples/cdk-app', () => {
  test.each(VARIANTS)('passes its checks and tests: $name', async (variant) => {
    await using project = await projectOf(variant);
    await project.install();
    // With the example's own `module: node16`, and as for a bundler.
    await project.exec('tsc', '--noEmit');
    await project.exec('tsc', '--noEmit', '--module', 'esnext', '--moduleResolution', 'bundler');
    expect(await variant.test(project)).toMatch(/pass 3\b/);
    await variant.synth(project);
    assemblies.set(variant.name, await resourcesIn(join(project.folder, 'cdk.out')));
  });

  test('synthesizes to the same resources everywhere', () => {
    const [first, ...others] = VARIANTS.map(({ name }) => assemblies.get(name));
    expect(first).toBeDefined();
    for (const other of others) expect(other).toEqual(first);
  });
});

/** The example as it is, with what differs in a variant. */
async function projectOf({ manager, node, manifest, versions }: Variant): Promise<Project> {
  const found = PACKAGE_MANAGERS.find(({ name }) => name === manager);
  if (found === undefined) throw new Error(`There is no package manager ${manager}`);
  const own = JSON.parse(await readFile(join(example, 'package.json'), 'utf8'));
  const { peerDependencies } = JSON.parse(await readFile(join(constructs, 'package.json'), 'utf8'));
  const versionsOf = (dependencies: Record<string, string>) =>
    Object.fromEntries(
      Object.entries({ ...dependencies, ...pick(versions, dependencies) })
        .filter(([, version]) => version !== '')
        .map(([name, version]) => [name, version === 'oldest' ? peerDependencies[name].slice(1) : version]),
    );
  const project = await createProject({
    manager: found,
    registry: inject('registry'),
    node: inject('nodes')[node],
    manifest: {
      ...own,
      ...manifest,
      dependencies: versionsOf(own.dependencies),
      devDependencies: versionsOf(own.devDependencies),
    },
  });
  for (const part of ['bin', 'lib', 'test', 'cdk.json', 'routes.yaml', 'tsconfig.json'])
    await cp(join(example, part), join(project.folder, part), { recursive: true });
  // As the command of the CDK says it to the app.
  project.env.CDK_OUTDIR = 'cdk.out';
  await writeFile(join(project.folder, '.npmrc'), `registry=${inject('registry')}\n`);
  return project;
}

function pick(
  versions: Record<string, string>,
  dependencies: Record<string, string>,
): Record<string, string> {
  return Object.fromEntries(Object.entries(versions).filter(([name]) => name in dependencies));
}

/** Without what the command of the CDK adds: its version, and paths of constructs. */
async function resourcesIn(assembly: string): Promise<unknown> {
  const read = async (file: string) =>
    JSON.parse(await readFile(join(assembly, file), 'utf8'), (key, value) =>
      key === 'CDKMetadata' || key === 'Metadata' ? undefined : value,
    );
  const files = (await readdir(assembly)).filter((file) => file.endsWith('.template.json'));
  return Object.fromEntries(
    await Promise.all(files.map(async (file) => [file, (await read(file)).Resources])),
  );
}
