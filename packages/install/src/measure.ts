import { parseArgs } from 'node:util';
import { GOALS, measureInstall } from './measure-install.ts';
import { measureStart } from './measure-start.ts';
import { PACKAGE_MANAGERS } from './package-managers.ts';
import { createProject } from './project.ts';
import { servePackages } from './serve-packages.ts';

/**
 * `pnpm --filter @xacct/install measure`: what `npm i -D xacct` installs in an empty folder, and what a first use takes: from
 * `npm create xacct` until `npm run demo` has accounted for every record. Needs what `pnpm build` makes.
 *
 * --json    one object
 * --small   one round
 */
const { values } = parseArgs({
  options: { json: { type: 'boolean', default: false }, small: { type: 'boolean', default: false } },
});
const [npm] = PACKAGE_MANAGERS;
if (npm === undefined) throw new Error('No package manager');
const { registry, upstream, close } = await servePackages();
try {
  await using project = await createProject({ manager: npm, registry });
  const start = performance.now();
  await project.run('npm', 'create', 'xacct@latest', '.');
  const installed = performance.now();
  await project.run('npm', 'run', 'demo');
  const seconds = {
    createSeconds: (installed - start) / 1000,
    demoSeconds: (performance.now() - installed) / 1000,
  };
  const figures = await measureInstall(project, upstream);
  const result = { ...figures, ...seconds, ...measureStart(project, values.small ? 1 : 21) };
  if (values.json)
    console.log(
      JSON.stringify({ install: result, goals: { ...GOALS, firstUseSeconds: 90, validateRatio: 3 } }),
    );
  else console.table(result);
} finally {
  await close();
}
