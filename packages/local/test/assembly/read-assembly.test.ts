import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { AssemblyError, readAssembly } from '../../src/assembly/read-assembly.ts';
import { NotSupportedError } from '../../src/shared/aws-error.ts';
import { REGION, SOURCE, TARGET, temporaryFolder, writeAssembly } from '../factories.ts';

let folder: string;

beforeEach(async () => {
  const temporary = await temporaryFolder();
  folder = temporary.folder;
  return temporary.remove;
});

const template = { Resources: {} };

describe('readAssembly', () => {
  test('reads the stacks, with the folder of each zipped asset', async () => {
    const code = join(folder, 'asset.abc');
    await writeAssembly(folder, [
      { name: 'forwarder', template, assets: { 'abc.zip': code } },
      { name: 'target', account: TARGET, template: { Description: 'a', Resources: {} } },
    ]);
    expect(await readAssembly(folder)).toEqual([
      {
        name: 'forwarder',
        account: SOURCE,
        region: REGION,
        template,
        tags: {},
        isProtected: false,
        assets: new Map([['abc.zip', code]]),
      },
      {
        name: 'target',
        account: TARGET,
        region: REGION,
        template: { Description: 'a', Resources: {} },
        tags: {},
        isProtected: false,
        assets: new Map(),
      },
    ]);
  });

  test('leaves out assets that are not zipped folders, such as the template itself', async () => {
    await writeAssembly(folder, [{ name: 'a', template }]);
    const file = { path: 'a.template.json', packaging: 'file' };
    const files = { x: { source: file, destinations: { current: { objectKey: 'x.json' } } } };
    await writeFile(join(folder, 'a.assets.json'), JSON.stringify({ files }));
    const [stack] = await readAssembly(folder);
    expect(stack?.assets).toEqual(new Map());
  });

  test('takes the name of a stack from its properties', async () => {
    await writeAssembly(folder, [{ name: 'a', template }]);
    const properties = { stackName: 'b' };
    const artifact = {
      type: 'aws:cloudformation:stack',
      environment: `aws://${SOURCE}/${REGION}`,
      properties,
    };
    await writeFile(join(folder, 'manifest.json'), JSON.stringify({ artifacts: { a: artifact } }));
    const [stack] = await readAssembly(folder);
    expect(stack?.name).toBe('b');
  });

  const noPart = (file: string, reason: string) =>
    new AssemblyError(
      `${join(folder, file)} is no part of a cloud assembly: ${reason}. Write it with "xacct synth"`,
    );

  test('refuses a folder that is not there, or holds no manifest', async () => {
    await expect(readAssembly(folder)).rejects.toThrow(noPart('manifest.json', 'it cannot be read (ENOENT)'));
    await expect(readAssembly(join(folder, 'missing'))).rejects.toThrow(AssemblyError);
  });

  test.each(['manifest.json', 'a.template.json', 'a.assets.json'])('refuses a broken %s', async (file) => {
    await writeAssembly(folder, [{ name: 'a', template }]);
    await writeFile(join(folder, file), '{"version": ');
    await expect(readAssembly(folder)).rejects.toThrow(noPart(file, 'it is not JSON'));
    await writeFile(join(folder, file), 'null');
    await expect(readAssembly(folder)).rejects.toThrow(noPart(file, 'it is not a JSON object'));
  });

  test.each(['a.template.json', 'a.assets.json'])('refuses a missing %s', async (file) => {
    await writeAssembly(folder, [{ name: 'a', template }]);
    await rm(join(folder, file));
    await expect(readAssembly(folder)).rejects.toThrow(noPart(file, 'it cannot be read (ENOENT)'));
  });

  test('refuses an assembly without a stack', async () => {
    await writeAssembly(folder, []);
    await expect(readAssembly(folder)).rejects.toThrow(
      new AssemblyError(`${folder} holds no stack. Write it with "xacct synth --out ${folder}"`),
    );
  });

  test('refuses a stack without an account and region', async () => {
    await writeAssembly(folder, [{ name: 'a', account: 'unknown-account', template }]);
    await expect(readAssembly(folder)).rejects.toThrow(
      new NotSupportedError(
        `the environment aws://unknown-account/${REGION}: it wants an account and a region`,
        'stack a',
      ),
    );
  });
});
