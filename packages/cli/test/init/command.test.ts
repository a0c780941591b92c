import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { xacct } from '../xacct.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'xacct-cli-test-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const init = (...flags: string[]) =>
  xacct('init', folder, '--no-install', '--package-manager', 'npm', ...flags);
const read = (path: string) => readFileSync(join(folder, path), 'utf8');
const files = () =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name).slice(folder.length + 1))
    .toSorted();

describe('xacct init', () => {
  test('writes a valid routes file and all around it', async () => {
    const { code, stdout } = await init();
    expect([code, files()]).toEqual([
      0,
      ['.gitignore', 'README.md', 'functions/order-reader.mjs', 'package.json', 'routes.yaml'],
    ]);
    expect(stdout).toContain(`Next: cd ${folder} && npm install && npm run demo`);
    const { stdout: checked } = await xacct('validate', '--strict', '--config', join(folder, 'routes.yaml'));
    expect(checked).toBe('valid: 1 route, 1 target in 1 account\n');
    expect(read('routes.yaml')).toMatch(
      /^# yaml-language-server: \$schema=\.\/node_modules\/xacct\/dist\/routes\.schema\.json\n/,
    );
  });

  test('writes the route that the flags name', async () => {
    await init(
      ...['--source-account', '012345678901', '--region', 'eu-central-1', '--stream', 'payments'],
      ...['--account', '098765432109', '--function', 'ledger:live'],
    );
    expect(parse(read('routes.yaml'))).toEqual({
      source: { account: '012345678901', region: 'eu-central-1' },
      accounts: { analytics: '098765432109' },
      routes: [
        {
          stream: 'payments',
          targets: [{ account: 'analytics', function: 'ledger:live', invocation: 'request-response' }],
        },
      ],
    });
    expect(files()).toContain('functions/ledger.mjs');
  });

  test('writes nothing for a route that is not valid', async () => {
    const { code, stderr } = await init('--stream', 'not a name');
    expect([code, files()]).toEqual([1, []]);
    expect(stderr).toContain('routes[0].stream');
    expect(stderr).toContain('Nothing is written');
  });

  test('changes no file when it runs again', async () => {
    await init('--ci', 'github');
    const before = files().map((path) => [path, read(path)]);
    const { code, stdout } = await init('--ci', 'github', '--stream', 'others');
    expect([code, files().map((path) => [path, read(path)])]).toEqual([0, before]);
    expect(stdout).toMatch(/routes\.yaml +was there, left as it is\n/);
    expect(stdout).toMatch(/package\.json +has it all\n/);
  });

  test('adds to a package.json, keeps what is there, and says what it left', async () => {
    const before = {
      name: 'ours',
      type: 'commonjs',
      scripts: { demo: 'echo ours' },
      dependencies: { xacct: '1.0.0' },
    };
    writeFileSync(join(folder, 'package.json'), JSON.stringify(before, null, '\t'));
    const { stdout } = await init();
    const after = JSON.parse(read('package.json'));
    expect(after).toMatchObject(before);
    expect(after.scripts.local).toBe('xacct local --functions functions');
    expect(after.devDependencies).toBeUndefined();
    expect(read('package.json')).toContain('\n\t"type"');
    expect(stdout).toContain('left scripts.demo, devDependencies.xacct as it is');
  });

  test.each(['[]', '{', '{"scripts": 3}'])('writes nothing beside a package.json of %s', async (text) => {
    writeFileSync(join(folder, 'package.json'), text);
    const { code, stderr } = await init();
    expect([code, files()]).toEqual([1, ['package.json']]);
    expect(stderr).toContain('Nothing is written');
  });

  test('adds the lines that a .gitignore lacks', async () => {
    writeFileSync(join(folder, '.gitignore'), '/node_modules\n*.log');
    const { stdout } = await init();
    expect(read('.gitignore')).toBe('/node_modules\n*.log\ncdk.out/\n.xacct/\n');
    expect(stdout).toContain('added cdk.out/, .xacct/');
  });

  test('uses the package manager of the lockfile in scripts of the workflow', async () => {
    writeFileSync(join(folder, 'yarn.lock'), '');
    await xacct('init', folder, '--no-install', '--ci', 'github');
    expect(read('.github/workflows/xacct.yml')).toContain('yarn install --frozen-lockfile');
    expect(read('README.md')).toContain('yarn run demo');
  });

  test('reports a folder that cannot be made', async () => {
    writeFileSync(join(folder, 'file'), '');
    const { code, stderr } = await xacct('init', join(folder, 'file', 'deeper'), '--no-install');
    expect(code).toBe(1);
    expect(stderr).toContain('ENOTDIR');
  });

  test('refuses an account that is no account ID', async () => {
    mkdirSync(join(folder, 'new'));
    const { code, stderr } = await init('--account', '1234');
    expect([code, files()]).toEqual([2, []]);
    expect(stderr).toContain('Expected 12 digits, got "1234"');
  });
});
