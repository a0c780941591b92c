import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { longFunctions } from './long-functions.ts';

/**
 * Part of `pnpm lint`. `floor-plan.json` lists the folders in `src` of each package from the ground up: a file may import from
 * its own folder and from those listed before it, types included. Files directly in `src` may import from all.
 */
const plans: Record<string, string[]> = JSON.parse(readFileSync('floor-plan.json', 'utf8'));
const problems = Object.entries(plans).flatMap(([name, folders]) => [
  ...folderProblems(join(name, 'src'), folders),
  ...filesIn(join(name, 'src')).flatMap((file) => [
    ...importProblems(join(name, 'src'), file, folders),
    ...(file.endsWith('.ts') ? longFunctions(join(name, 'src', file)) : []),
  ]),
]);
for (const problem of problems) console.error(problem);
process.exitCode = problems.length > 0 ? 1 : 0;

/** Folders that the plan does not know, and folders that are no more. */
function folderProblems(src: string, folders: readonly string[]): string[] {
  const found = new Set(filesIn(src).map((file) => dirname(file)));
  found.delete('.');
  return [
    ...[...found]
      .filter((folder) => !folders.includes(folder))
      .map(
        (folder) => `${src}/${folder}: expected a folder of floor-plan.json, got another one; add it there`,
      ),
    ...folders
      .filter((folder) => !found.has(folder))
      .map((folder) => `floor-plan.json: ${src}/${folder} holds no file; remove it`),
  ];
}

function importProblems(src: string, file: string, folders: readonly string[]): string[] {
  const own = levelOf(file, folders);
  const lines = readFileSync(join(src, file), 'utf8').split('\n');
  return lines.flatMap((line, index) => {
    const [, specifier] = /(?:\bfrom |\bimport\()'(\.{1,2}\/[^']+)'/.exec(line) ?? [];
    if (specifier === undefined) return [];
    const imported = relative(src, join(src, dirname(file), specifier));
    if (levelOf(imported, folders) <= own) return [];
    const [from, to] = [dirname(file), dirname(imported)];
    return `${src}/${file}:${index + 1} expected an import from a folder before "${from}" in floor-plan.json, got "${to}"; move the code that both need, or the folder`;
  });
}

/** Files directly in `src` are above all folders. */
function levelOf(file: string, folders: readonly string[]): number {
  const level = folders.indexOf(dirname(file));
  return level === -1 ? folders.length : level;
}

function filesIn(src: string): string[] {
  return readdirSync(src, { recursive: true, encoding: 'utf8' }).filter((path) => /\.(ts|js)$/.test(path));
}
