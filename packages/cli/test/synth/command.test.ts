import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { folder, routesYaml, write, xacct, xacctProcess } from '../xacct.ts';

describe('xacct synth', () => {
  test('writes the cloud assembly and prints its stacks', async () => {
    write('routes.yaml', routesYaml());
    const { code, stdout } = await xacctProcess('synth', '--out', 'assembly');
    expect(code).toBe(0);
    expect(stdout).toMatch(/^xacct-target-999999999999 +999999999999 +us-west-2 +2$/m);
    expect(stdout).toContain('5 stacks in assembly');
    const manifest = JSON.parse(await readFile(join(folder, 'assembly/manifest.json'), 'utf8'));
    expect(manifest.artifacts['xacct-route-payments'].environment).toBe('aws://111111111111/us-west-2');
  });

  test('writes nothing for a file with problems', async () => {
    const file = write('wrong.yaml', routesYaml('  - stream: orders\n'));
    const { code, stdout, stderr } = await xacct('synth', '--config', file, '--out', 'never');
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toMatch(
      /^wrong\.yaml:10:5 routes\[0\]: "targets" is missing \(the functions that receive the records\)\n/,
    );
    await expect(readFile(join(folder, 'never/manifest.json'))).rejects.toThrow('ENOENT');
  });

  test('reports what is wrong with a path that is not a folder', async () => {
    write('routes.yaml', routesYaml());
    const { code, stderr } = await xacct('synth', '--out', write('a-file', ''));
    expect(code).toBe(1);
    expect(stderr).toMatch(/^a-file: the stacks cannot be written: /m);
    expect(stderr).not.toMatch(/^\s+at /m);
  });
});
