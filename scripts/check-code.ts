import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { longFunctions } from './long-functions.ts';
import { undocumentedExports } from './undocumented-exports.ts';

/** A folder of `src`, with the folders in it; or several on one level, which do not import each other. */
type Level = string | string[];

/**
 * The part of `pnpm lint` that Biome does not cover: the direction of imports between folders, the length of functions, and doc
 * comments of the public surface.
 *
 * `floor-plan.json` lists the folders in `src` of each package from the ground up: a file may import from its own folder and from
 * those on the levels below, types included. Files directly in `src` may import from all.
 */
const plans: Record<string, Level[]> = JSON.parse(readFileSync('floor-plan.json', 'utf8'));
const problems = Object.entries(plans).flatMap(([name, levels]) => {
  const src = join(name, 'src');
  const files = sourceFiles(src);
  return [
    ...folderProblems(src, files, levels),
    ...files.flatMap((file) => importProblems(src, file, levels)),
    ...files.filter((file) => file.endsWith('.ts')).flatMap((file) => longFunctions(join(src, file))),
    ...files
      .filter((file) => /(^|\/)(index|constructs)\.ts$/.test(file))
      .flatMap((file) => undocumentedExports(join(src, file))),
  ];
});
for (const problem of problems) console.error(problem);
process.exitCode = problems.length > 0 ? 1 : 0;

/** Folders that the plan does not have, and folders that are no more. */
function folderProblems(src: string, files: readonly string[], levels: readonly Level[]): string[] {
  const used = new Set(files.map((file) => folderOf(file, levels)));
  const unknown = files.filter((file) => dirname(file) !== '.' && folderOf(file, levels) === undefined);
  return [
    ...unknown.map((file) => `${src}/${file}: expected a folder of floor-plan.json; add the folder there`),
    ...levels
      .flat()
      .filter((folder) => !used.has(folder))
      .map((folder) => `floor-plan.json: ${src}/${folder} holds no file; remove it`),
  ];
}

function importProblems(src: string, file: string, levels: readonly Level[]): string[] {
  const from = folderOf(file, levels);
  const lines = readFileSync(join(src, file), 'utf8').split('\n');
  return lines.flatMap((line, index) => {
    const [, specifier] = /(?:\bfrom |\bimport\()'(\.{1,2}\/[^']+)'/.exec(line) ?? [];
    if (specifier === undefined) return [];
    const to = folderOf(relative(src, join(src, dirname(file), specifier)), levels);
    if (to === from || levelOf(to, levels) < levelOf(from, levels)) return [];
    return `${src}/${file}:${index + 1} expected an import from a folder below "${from}" in floor-plan.json, got "${to ?? 'src'}"; move what both need to a folder below`;
  });
}

/** The innermost folder of the plan that a file is in; undefined for a file directly in `src`. */
function folderOf(file: string, levels: readonly Level[]): string | undefined {
  const around = levels.flat().filter((folder) => file.startsWith(`${folder}/`));
  return around.toSorted((one, other) => other.length - one.length)[0];
}

/** Files directly in `src` are above all folders. */
function levelOf(folder: string | undefined, levels: readonly Level[]): number {
  const level = levels.findIndex((one) => [one].flat().some((other) => other === folder));
  return level === -1 ? levels.length : level;
}

function sourceFiles(src: string): string[] {
  return readdirSync(src, { recursive: true, encoding: 'utf8' }).filter((path) =>
    /\.(ts|tsx|js|cjs)$/.test(path),
  );
}
