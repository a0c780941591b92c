import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * `pnpm bench`: the benches of all packages, one after another, since each wants the machine to itself. Arguments go to all of
 * them: `--json` prints one object, with the figures of each package under its name; `--small` is one round of each.
 */

const args = process.argv.slice(2);
const isJson = args.includes('--json');
const figures: Record<string, unknown> = {};
for (const [name, command] of benches()) {
  const [program = '', ...own] = command.split(' ');
  const { status, stdout } = spawnSync(program, [...own, ...args], {
    cwd: join('packages', name),
    stdio: ['ignore', isJson ? 'pipe' : 'inherit', 'inherit'],
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  });
  if (status !== 0) throw new Error(`The bench of ${name} ended with ${status}`);
  if (isJson) figures[name] = JSON.parse(stdout);
}
if (isJson) console.log(JSON.stringify(figures));

/** The command of each package that has a bench. */
function benches(): [name: string, command: string][] {
  return readdirSync('packages').flatMap((name): [string, string][] => {
    const file = join('packages', name, 'package.json');
    if (!existsSync(file)) return [];
    const { scripts = {} } = JSON.parse(readFileSync(file, 'utf8')) as { scripts?: Record<string, string> };
    return scripts.bench === undefined ? [] : [[name, scripts.bench]];
  });
}
