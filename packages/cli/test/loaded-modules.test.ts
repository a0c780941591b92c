import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { folder, routesYaml, write } from './xacct.ts';

const xacct = fileURLToPath(new URL('../bin/xacct.js', import.meta.url));

/** Writes the address of each module that is loaded, a line each, to standard error. */
const spy = `data:text/javascript,${encodeURIComponent(`
import { registerHooks } from 'node:module';
import { writeSync } from 'node:fs';
registerHooks({ load(url, context, next) { writeSync(2, url + '\\n'); return next(url, context); } });
`)}`;

function packagesLoadedBy(...args: string[]): Set<string> {
  const { stderr, status } = spawnSync(process.execPath, ['--import', spy, xacct, ...args], {
    cwd: folder,
    encoding: 'utf8',
  });
  expect(status).toBe(0);
  const names = stderr.split('\n').map((url) => {
    return /.*\/node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(url)?.[1] ?? /\/packages\/(\w+)\//.exec(url)?.[1];
  });
  return new Set(names.filter((name) => name !== undefined));
}

describe('xacct', () => {
  test('loads for a check no more than it takes to check', () => {
    write('routes.yaml', routesYaml());
    expect([...packagesLoadedBy('validate')].sort()).toEqual(['cli', 'commander', 'core', 'leven', 'yaml']);
  });

  test('loads for its help no more than it takes to show it', () => {
    expect([...packagesLoadedBy('--help')].sort()).toEqual(['cli', 'commander']);
  });
});
