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
  return packagesLoaded(args, { status: 0, env: {} });
}

function packagesLoaded(
  args: readonly string[],
  expected: { status: number; env: NodeJS.ProcessEnv },
): Set<string> {
  const { stderr, status } = spawnSync(process.execPath, ['--import', spy, xacct, ...args], {
    cwd: folder,
    encoding: 'utf8',
    env: { ...process.env, ...expected.env },
  });
  expect(status).toBe(expected.status);
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

  test.each([
    ['parked', '--bucket'],
    ['redrive', '--from-bucket'],
  ])("loads AWS's client of S3 for %s only with %s", (command, option) => {
    write('routes.yaml', routesYaml());
    // Nobody listens there, so that the command fails at its first call.
    const env = {
      AWS_ENDPOINT_URL: 'http://127.0.0.1:1',
      AWS_ACCESS_KEY_ID: 'a',
      AWS_SECRET_ACCESS_KEY: 'a',
    };
    const load = (...more: string[]) => packagesLoaded([command, 'orders', ...more], { status: 1, env });
    expect(load()).not.toContain('@aws-sdk/client-s3');
    expect(load()).toContain('@aws-sdk/client-sqs');
    expect(load(option)).toContain('@aws-sdk/client-s3');
  });
});
