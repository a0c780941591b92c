import { fileURLToPath } from 'node:url';
import { type BuildOptions, build, type Metafile } from 'esbuild';
import { besideModules } from './beside-modules.ts';
import { lateBuiltins } from './late-builtins.ts';
import { yamlModules } from './yaml-modules.ts';

const packages = new URL('../../../', import.meta.url);
const file = (path: string) => fileURLToPath(new URL(path, packages));

/** By the name of the module in `dist`. The last two run in a thread or a process of their own. */
const ENTRY_POINTS = {
  xacct: file('cli/bin/xacct.js'),
  index: file('cli/src/index.ts'),
  'synth-worker': file('cli/src/local/synth-worker.ts'),
  'watchdog-process': file('local/src/watchdog/watchdog-process.ts'),
};

/** `kinesalite` assigns to variables that it does not declare, which only CommonJS allows. */
const COMMON_JS = { 'kinesis-process': file('local/src/services/kinesis/kinesis-process.ts') };

/** What stays a dependency of the published package: the CDK finds files of its own by their paths. */
const DEPENDENCIES = ['aws-cdk-lib', 'aws-cdk-lib/*', 'constructs'];

/** Optional in `kinesalite`, which uses it for streams on disk only. */
const NEVER_LOADED = ['leveldown'];

/** CommonJS packages ask for Node's modules by `require`, which an ES module has not. */
const REQUIRE = `import { createRequire as createRequireOfModule } from 'node:module';
const require = createRequireOfModule(import.meta.url);`;

/** Bundles the command with everything but the CDK. All modules are directly in `dist`, so that paths beside one hold for all. */
export async function bundleProgram(dist: string): Promise<Metafile[]> {
  const { plugin, end } = besideModules({
    ...extensions(ENTRY_POINTS, '.js'),
    ...extensions(COMMON_JS, '.cjs'),
  });
  const common: BuildOptions & { metafile: true } = {
    outdir: dist,
    bundle: true,
    platform: 'node',
    target: 'node22.18',
    mainFields: ['module', 'main'],
    conditions: ['xacct-dist'],
    external: [...DEPENDENCIES, ...NEVER_LOADED],
    legalComments: 'none',
    sourcemap: true,
    plugins: [plugin, yamlModules(), lateBuiltins()],
    metafile: true,
    logLevel: 'warning',
  };
  const modules = await build({
    ...common,
    entryPoints: ENTRY_POINTS,
    format: 'esm',
    splitting: true,
    chunkNames: '[name]-[hash]',
    banner: { js: REQUIRE },
  });
  const scripts = await build({
    ...common,
    entryPoints: COMMON_JS,
    format: 'cjs',
    outExtension: { '.js': '.cjs' },
    // Without `strict`, which would be written into the script.
    tsconfigRaw: {},
  });
  end();
  return [modules.metafile, scripts.metafile];
}

function extensions(entryPoints: Record<string, string>, extension: string): Record<string, string> {
  return Object.fromEntries(Object.keys(entryPoints).map((name) => [name, extension]));
}
