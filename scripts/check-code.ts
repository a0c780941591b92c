import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { longFunctions } from './long-functions.ts';
import { undocumentedExports } from './undocumented-exports.ts';

/**
 * A folder of `src`, with the folders in it; or several on one level, which do not import each other; or such folders with the
 * folders below from which each may import.
 */
type Level = string | string[] | Record<string, string[]>;

/** The folders of a package, and for each those from which it may import. */
type Plan = ReadonlyMap<string, readonly string[]>;

/**
 * The part of `pnpm lint` that Biome does not cover: the direction of imports between folders, the length of functions, and doc
 * comments of the public surface.
 *
 * `floor-plan.json` lists the folders in `src` of each package from the ground up: a file may import from its own folder and from
 * those on the levels below, types included, or only from those that its folder lists. Files directly in `src` may import from all.
 */
const plans: Record<string, Level[]> = JSON.parse(readFileSync('floor-plan.json', 'utf8'));
const problems = Object.entries(plans).flatMap(([name, levels]) => {
  const src = join(name, 'src');
  const files = sourceFiles(src);
  const plan = planOf(levels);
  return [
    ...planProblems(src, levels),
    ...folderProblems(src, files, plan),
    ...files.flatMap((file) => importProblems(src, file, plan)),
    ...files.filter((file) => file.endsWith('.ts')).flatMap((file) => longFunctions(join(src, file))),
    ...files
      .filter((file) => /(^|\/)(index|constructs)\.ts$/.test(file))
      .flatMap((file) => undocumentedExports(join(src, file))),
  ];
});
for (const problem of problems) console.error(problem);
process.exitCode = problems.length > 0 ? 1 : 0;

function planOf(levels: readonly Level[]): Plan {
  const plan = new Map<string, readonly string[]>();
  for (const level of levels) {
    const below = [...plan.keys()];
    for (const folder of foldersOn(level)) plan.set(folder, isListed(level) ? (level[folder] ?? []) : below);
  }
  return plan;
}

function foldersOn(level: Level): string[] {
  return isListed(level) ? Object.keys(level) : [level].flat();
}

function isListed(level: Level): level is Record<string, string[]> {
  return typeof level === 'object' && !Array.isArray(level);
}

/** Folders that a list names and that are not on a level below. */
function planProblems(src: string, levels: readonly Level[]): string[] {
  return levels.filter(isListed).flatMap((level) => {
    const below = levels.slice(0, levels.indexOf(level)).flatMap(foldersOn);
    return Object.entries(level).flatMap(([folder, listed]) =>
      listed
        .filter((other) => !below.includes(other))
        .map(
          (other) => `floor-plan.json: ${src}/${folder} lists ${other}, expected a folder on a level below`,
        ),
    );
  });
}

/** Folders that the plan does not have, and folders that are no more. */
function folderProblems(src: string, files: readonly string[], plan: Plan): string[] {
  const used = new Set(files.map((file) => folderOf(file, plan)));
  const unknown = files.filter((file) => dirname(file) !== '.' && folderOf(file, plan) === undefined);
  return [
    ...unknown.map((file) => `${src}/${file}: expected a folder of floor-plan.json; add the folder there`),
    ...[...plan.keys()]
      .filter((folder) => !used.has(folder))
      .map((folder) => `floor-plan.json: ${src}/${folder} holds no file; remove it`),
  ];
}

function importProblems(src: string, file: string, plan: Plan): string[] {
  const from = folderOf(file, plan);
  if (from === undefined) return [];
  const lines = readFileSync(join(src, file), 'utf8').split('\n');
  return lines.flatMap((line, index) => {
    const [, specifier] = /(?:\bfrom |\bimport\()'(\.{1,2}\/[^']+)'/.exec(line) ?? [];
    if (specifier === undefined) return [];
    const to = folderOf(relative(src, join(src, dirname(file), specifier)), plan);
    if (to === from || (to !== undefined && plan.get(from)?.includes(to))) return [];
    return `${src}/${file}:${index + 1} expected an import from a folder that floor-plan.json allows "${from}", got "${to ?? 'src'}"; move what both need to a folder below`;
  });
}

/** The innermost folder of the plan that a file is in; undefined for a file directly in `src`. */
function folderOf(file: string, plan: Plan): string | undefined {
  const around = [...plan.keys()].filter((folder) => file.startsWith(`${folder}/`));
  return around.toSorted((one, other) => other.length - one.length)[0];
}

function sourceFiles(src: string): string[] {
  return readdirSync(src, { recursive: true, encoding: 'utf8' }).filter((path) =>
    /\.(ts|tsx|js|cjs)$/.test(path),
  );
}
