import {
  chmodSync,
  lstatSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { folder, routesYaml, write, xacct, xacctProcess } from '../xacct.ts';

const entry = ['--stream', 'orders', '--account', 'billing', '--function', 'ledger:live'];

describe('xacct add', () => {
  test('adds a target to the route of the stream, and reports the line', async () => {
    write('routes.yaml', routesYaml());
    expect(await xacctProcess('add', ...entry)).toEqual({
      code: 0,
      stdout: `routes.yaml:14: added target billing/ledger:live to route orders
Next: "xacct demo" shows it at work, "xacct deploy" deploys it
`,
      stderr: '',
    });
    const line = '        function: reader\n';
    const target = '      - account: billing\n        function: ledger:live\n';
    expect(read('routes.yaml')).toBe(routesYaml().replace(line, line + target));
  });

  test('writes a route with all that is given', async () => {
    const file = write('other.yaml', routesYaml());
    const { code, stdout, stderr } = await xacct(
      ...['add', '--config', file, '--stream', 'orders', '--name', 'slow-orders', '--forwarder', 'slow'],
      ...['--group', 'everyone', '--function', 'f', '--region', 'eu-west-1'],
      ...['--invocation', 'request-response', '--on-failure', 'block'],
    );
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toContain(`other.yaml:19: added route slow-orders with target everyone/f
Next: "xacct demo --config other.yaml" shows`);
    expect(read(file)).toBe(`${routesYaml()}  - stream: orders
    name: slow-orders
    forwarder: slow
    targets:
      - group: everyone
        function: f
        region: eu-west-1
        invocation: request-response
        onFailure: block
`);
  });

  test('keeps the mode of the file and a link to it, and leaves nothing beside it', async () => {
    const file = write('shared.yaml', routesYaml());
    chmodSync(join(folder, file), 0o666);
    symlinkSync(file, join(folder, 'link.yaml'));
    const files = readdirSync(folder);
    expect((await xacct('add', '--config', 'link.yaml', ...entry)).code).toBe(0);
    expect(lstatSync(join(folder, 'link.yaml')).isSymbolicLink()).toBe(true);
    expect(statSync(join(folder, file)).mode & 0o777).toBe(0o666);
    expect(read(file)).toContain('ledger:live\n  - stream: payments');
    expect(readdirSync(folder)).toEqual(files);
  });

  test('prints the change and writes nothing with --dry-run', async () => {
    write('routes.yaml', routesYaml());
    expect(await xacct('add', ...entry, '--dry-run')).toEqual({
      code: 0,
      stdout: `--- routes.yaml
+++ routes.yaml
@@ -11,6 +11,8 @@
     targets:
       - account: analytics
         function: reader
+      - account: billing
+        function: ledger:live
   - stream: payments
     targets:
       - group: everyone
`,
      stderr: '',
    });
    expect(read('routes.yaml')).toBe(routesYaml());
  });

  test('writes nothing that is not valid, and shows every problem as it would be', async () => {
    write('routes.yaml', routesYaml());
    const { code, stdout, stderr } = await xacct(
      ...['add', '--stream', 'orders', '--account', 'biling', '--function', 'f', '--on-failure', 'stop'],
    );
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toMatch(
      /^routes\.yaml:16:20 routes\[0\]\.targets\[1\]\.onFailure: expected .*, got "stop"$/m,
    );
    expect(stderr).toMatch(/^Nothing is added; the lines are those of routes\.yaml with the new entry$/m);
    expect(read('routes.yaml')).toBe(routesYaml());
  });

  test('adds nothing to a file that has problems, and shows them as they are', async () => {
    const text = routesYaml().replace('us-west-2', 'west');
    write('routes.yaml', text);
    const { code, stdout, stderr } = await xacct('add', ...entry);
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toMatch(
      /^routes\.yaml:3:11 source\.region: expected a region such as us-west-2, got "west"$/m,
    );
    expect(stderr).toMatch(/\nNothing is added\n$/);
    expect(read('routes.yaml')).toBe(text);
  });

  test('adds nothing to a file that is not UTF-8', async () => {
    const bytes = Buffer.from(`# caf\xe9\n${routesYaml()}`, 'latin1');
    writeFileSync(join(folder, 'latin1.yaml'), bytes);
    const { code, stderr } = await xacct('add', '--config', 'latin1.yaml', ...entry);
    expect(code).toBe(1);
    expect(stderr).toContain('expected UTF-8, got the byte 0xe9');
    expect(readFileSync(join(folder, 'latin1.yaml'))).toEqual(bytes);
  });

  test('warns of what is new, and of nothing else', async () => {
    const file = write('warned.yaml', `${routesYaml()}forwarders: { unused: {} }\n`);
    const block = ['--invocation', 'event', '--on-failure', 'block'];
    const { code, stderr } = await xacct('add', '--config', file, ...entry, ...block);
    expect(code).toBe(0);
    expect(stderr.match(/^.*: warning: /gm)).toEqual([
      'warned.yaml:17:20 routes[0].targets[1].onFailure: warning: ',
    ]);
  });

  test.each([
    [['--stream', 'orders', '--function', 'f'], 'Missing --account or --group: without a terminal'],
    [['--group', 'everyone'], 'Missing --stream, --function: without a terminal'],
    [['--group', 'everyone', '--account', 'a'], "option '--group <group>' cannot be used with"],
  ])('ends with 2 for %j where there is no terminal', async (args, message) => {
    write('routes.yaml', routesYaml());
    const { code, stdout, stderr } = await xacct('add', ...args);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toContain(message);
    expect(read('routes.yaml')).toBe(routesYaml());
  });

  test('ends with 2 for a missing file', async () => {
    const { code, stderr } = await xacct('add', ...entry, '--config', 'nowhere.yaml');
    expect([code, stderr]).toEqual([2, 'nowhere.yaml: no such file. Name one with --config FILE\n']);
  });

  test('explains itself with --help', async () => {
    const { code, stdout, stderr } = await xacct('add', '--help');
    expect([code, stderr]).toEqual([0, '']);
    for (const option of ['stream', 'account', 'group', 'function', 'region', 'invocation', 'on-failure']) {
      expect(stdout).toContain(`--${option} <`);
    }
    for (const option of ['--name <', '--forwarder <', '--config <', '--dry-run'])
      expect(stdout).toContain(option);
  });
});

function read(name: string): string {
  return readFileSync(join(folder, name), 'utf8');
}
