import { checkRoutes } from './check-routes.ts';
import { checkShape, type ReportAt } from './check-shape.ts';
import { parseYaml } from './parse-yaml.ts';
import { formatPath, type Path, type Problem } from './problem.ts';
import { resolveRoutes } from './resolve-routes.ts';
import type { Routes } from './routes.ts';
import type { RoutesFile } from './schema.ts';

export type ParsedRoutes = { routes: Routes; problems: [] } | { routes: undefined; problems: Problem[] };

/**
 * Reads a routes file: routes with every default filled in, or all of its problems in the order of the file.
 * Never throws for what a file may contain.
 *
 * @param file the name that problems carry
 */
export function parseRoutes(text: string, file = 'routes.yaml'): ParsedRoutes {
  const yaml = parseYaml(text, file);
  if (yaml.problems.length > 0) return { routes: undefined, problems: yaml.problems };

  const problems: Problem[] = [];
  const broken: Path[] = [];
  const report: ReportAt = (path, code, message, hint, at) => {
    problems.push({
      file,
      path: formatPath(path),
      ...yaml.locate(path, at),
      code,
      message,
      hint: hint ?? null,
    });
    broken.push(path);
  };

  if (yaml.value === null || yaml.value === undefined) {
    report([], 'missing-key', 'the file is empty', 'start with "source" and "routes"; see docs/routes.md');
    return { routes: undefined, problems };
  }

  checkShape(yaml.value, report, yaml.spelling);
  const shapeProblems = [...broken];
  if (shapeProblems.every(isInsideRoutes)) {
    const skip = (path: Path) => shapeProblems.some((place) => concerns(path, place));
    const resolved = resolveRoutes(yaml.value as RoutesFile, report, skip);
    checkRoutes(resolved, report, (path) => yaml.locate(path).line);
    if (problems.length === 0) return { routes: resolved.routes, problems: [] };
  }
  return { routes: undefined, problems: problems.sort((a, b) => a.line - b.line || a.column - b.column) };
}

/** Entries of `routes` stand for themselves; a mistake elsewhere changes what all of them mean. */
function isInsideRoutes(path: Path): boolean {
  return path[0] === 'routes' && path.length > 1;
}

/** A mistake in a target leaves its route's other targets checked; any other takes the whole route out. */
function concerns(path: Path, mistake: Path): boolean {
  const within = path.every((key, index) => mistake[index] === key);
  if (!within) return false;
  const isRoute = path.length === 2;
  const mistakeInOneTarget = mistake[2] === 'targets' && mistake.length > 3;
  return !(isRoute && mistakeInOneTarget);
}
