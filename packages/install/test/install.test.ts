import { cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, inject, test } from 'vitest';
import { CURRENT, startCloudFormationServer } from '../../cli/test/stacks/cloudformation-server.ts';
import { BEGINNINGS } from '../src/beginnings.ts';
import { PACKAGE_MANAGERS } from '../src/package-managers.ts';
import { createProject } from '../src/project.ts';
import { readTree } from '../src/read-tree.ts';
import { runProcess, runToSuccess } from '../src/run-process.ts';

const repository = fileURLToPath(new URL('../../../', import.meta.url));
const xacct = join(repository, 'packages/cli/bin/xacct.js');

describe.each(BEGINNINGS)(
  'a forwarder made by $name',
  async ({ manager: name, node: major, manifest, create }) => {
    const manager = PACKAGE_MANAGERS.find((candidate) => candidate.name === name);
    if (manager === undefined) throw new Error(`No package manager ${name}`);
    const project = await createProject({
      manager,
      registry: inject('registry'),
      node: inject('nodes')[major],
      manifest,
    });
    afterAll(() => project[Symbol.asyncDispose]());
    const exec = (...args: string[]) => project.exec('xacct', ...args);

    test('is written, and its packages are installed', async () => {
      const written = await project.run(...create, '.');
      expect(written).toMatch(/routes\.yaml +written\n/);
      expect(written).toMatch(new RegExp(`\nNext: ${name} run demo\n`));
      const made = JSON.parse(await readFile(join(project.folder, 'package.json'), 'utf8'));
      expect(made).toMatchObject({ type: 'module', ...manifest, scripts: { demo: 'xacct demo' } });
      expect(JSON.parse(await project.run('node', '-p', 'JSON.stringify(process.versions)'))).toMatchObject({
        node: expect.stringMatching(`^${major}\\.`),
      });
    });

    test('accounts for every record of the demo', async () => {
      const { targets } = JSON.parse(await exec('demo', '--records', '50', '--json'));
      expect(targets).toEqual([
        expect.objectContaining({ route: 'orders', put: 50, delivered: 50, parked: 0, failed: 0, lost: 0 }),
      ]);
    });

    test('is valid, its file knows the schema for the editor', async () => {
      expect(await exec('validate', '--strict')).toBe('valid: 1 route, 1 target in 1 account\n');
      const text = await readFile(join(project.folder, 'routes.yaml'), 'utf8');
      const [, schema = ''] = /\$schema=(\S+)/.exec(text) ?? [];
      const described = JSON.parse(await readFile(join(project.folder, schema), 'utf8'));
      expect(described.properties).toHaveProperty('routes');
    });

    test('has the templates that the repository synthesizes, byte for byte', async () => {
      await cp(join(repository, 'routes.yaml'), join(project.folder, 'repository.yaml'));
      for (const file of ['routes.yaml', 'repository.yaml']) {
        await exec('synth', '--config', file, '--out', 'installed');
        const config = join(project.folder, file);
        const out = join(project.folder, 'in-repository');
        await runToSuccess([process.execPath, xacct, 'synth', '--config', config, '--out', out], {
          cwd: repository,
        });
        const installed = await readTree(join(project.folder, 'installed'));
        expect(Object.keys(installed).length).toBeGreaterThan(5);
        expect(installed).toEqual(await readTree(out));
      }
    });

    test('says what deploying needs, and deploys once it is installed', async () => {
      await using aws = await deployments();
      const program = join(project.folder, 'node_modules/xacct/dist/xacct.js');
      const node = inject('nodes')[major];
      const deploy = () =>
        runProcess([node, program, 'deploy', '--yes'], {
          cwd: project.folder,
          // Without a CDK that this machine may have on its path.
          env: {
            ...project.env,
            ...aws.env,
            PATH: dirname(node),
            FAKE_CDK_LOG: join(project.folder, 'cdk.log'),
          },
        });
      expect(await deploy()).toMatchObject({
        code: 1,
        stderr: expect.stringContaining('npm install --save-dev "aws-cdk@^2'),
      });
      await installFakeCdk(project.folder);
      const { code, stdout } = await deploy();
      expect([code, stdout]).toEqual([
        0,
        expect.stringMatching(/xacct-route-orders +111111111111 +deployed/),
      ]);
    });

    // Installing the client of Kinesis is what takes time here, and every package manager has loaded the package by now.
    if (name !== 'npm') return;
    test('runs its functions in a test, in ES modules and in CommonJS', async () => {
      await project.add('@aws-sdk/client-kinesis');
      await writeFile(join(project.folder, 'test.mjs'), testProgram("import { startRoutes } from 'xacct';"));
      await writeFile(
        join(project.folder, 'test.cjs'),
        testProgram("const { startRoutes } = require('xacct');"),
      );
      expect(await project.run('node', 'test.mjs')).toMatch(/: id, cents\nstopped\n$/);
      // The same function in TypeScript: Node.js removes the types, and leaves `export` as it is.
      const functions = join(project.folder, 'functions');
      const text = await readFile(join(functions, 'order-reader.mjs'), 'utf8');
      await rm(join(functions, 'order-reader.mjs'));
      const typed = text
        .replace('{ Records })', '{ Records }: { Records: unknown[] })')
        .replace('batchItemFailures = []', 'batchItemFailures: object[] = []');
      expect(typed).not.toBe(text);
      await writeFile(join(functions, 'order-reader.ts'), typed);
      await writeFile(join(functions, 'package.json'), '{"type":"module"}');
      expect(await project.run('node', 'test.cjs')).toMatch(/: id, cents\nstopped\n$/);
    });
  },
);

/** An AWS without stacks. */
async function deployments() {
  const { endpoint, close } = await startCloudFormationServer();
  const credentials = { AWS_ACCESS_KEY_ID: CURRENT.AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY: 'secret' };
  return { env: { AWS_ENDPOINT_URL: endpoint, ...credentials }, [Symbol.asyncDispose]: async () => close() };
}

/** As the package would be, with the program of the command's tests. */
async function installFakeCdk(folder: string): Promise<void> {
  const root = join(folder, 'node_modules/aws-cdk');
  const manifest = { name: 'aws-cdk', version: '2.1148.1', type: 'module' };
  await mkdir(join(root, 'bin'), { recursive: true });
  await writeFile(join(root, 'package.json'), JSON.stringify(manifest));
  await cp(join(repository, 'packages/cli/test/stacks/fake-cdk.mjs'), join(root, 'bin/cdk'));
}

/** Puts a record and waits for what the function logs of it. */
function testProgram(load: string): string {
  return `${load}
async function main() {
  const { KinesisClient, PutRecordCommand } = await import('@aws-sdk/client-kinesis');
  let seen;
  const line = new Promise((resolve) => { seen = resolve; });
  const onLog = (name, text) => { if (name === 'order-reader' && text.includes('cents')) seen(text); };
  setTimeout(() => { console.error('No line in time'); process.exit(1); }, 60_000).unref();
  const routes = await startRoutes({ functions: 'functions', onLog });
  const kinesis = new KinesisClient(routes.clientOf('111111111111'));
  const Data = Buffer.from(JSON.stringify({ id: 'a', cents: 250 }));
  await kinesis.send(new PutRecordCommand({ StreamName: 'orders', PartitionKey: 'a', Data }));
  console.log(await line);
  kinesis.destroy();
  await routes.stop();
  console.log('stopped');
}
main();
`;
}
