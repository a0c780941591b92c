import validate from '../generated/validate-routes-file.js';
import type { Routes } from '../model/routes.ts';
import { checkShape } from '../problems/check-shape.ts';
import { isUsable, type Path, type Problem } from '../problems/problem.ts';
import { inOrder, openYaml } from '../yaml/open-yaml.ts';
import { checkCapacity } from './check/check-capacity.ts';
import { checkEventDrops } from './check/check-event-drops.ts';
import { checkOptions } from './check/check-options.ts';
import { checkRoutes } from './check/check-routes.ts';
import { resolveRoutes } from './resolve/resolve-routes.ts';
import { soundPart } from './resolve/sound-part.ts';

/** The routes of a file, or why there are none. */
export interface ParsedRoutes {
  /** Undefined where some problem is an error. */
  routes: Routes | undefined;
  /** In the order of the file; warnings among them. */
  problems: Problem[];
}

/**
 * Reads a routes file: routes with every default filled in, or all of its problems. Never throws for what a file may contain.
 *
 * @param file the name that problems carry
 *
 * @example
 * const { routes, problems } = parseRoutes(readFileSync('routes.yaml'));
 * if (routes === undefined) throw new Error(problems.map(formatProblem).join('\n'));
 */
export function parseRoutes(content: string | Uint8Array, file = 'routes.yaml'): ParsedRoutes {
  const opened = openYaml(content, file);
  if (opened.yaml === undefined) return { routes: undefined, problems: opened.problems };
  const { yaml, problems, report, warn } = opened;

  if (yaml.value === null || yaml.value === undefined) {
    report([], 'missing-key', 'the file is empty', 'start with "source" and "routes"; see docs/routes.md');
    return { routes: undefined, problems };
  }

  const wrong: Path[] = [];
  checkShape(
    validate,
    yaml.value,
    (path, code, ...rest) => {
      if (code !== 'missing-key') wrong.push(path);
      report(path, code, ...rest);
    },
    yaml.spelling,
  );
  const sound = soundPart(yaml.value, wrong);
  const resolved = resolveRoutes(sound, report);
  checkRoutes(resolved, report, (path) => yaml.locate(path).line);
  checkOptions(sound, resolved, wrong, report, warn);
  checkCapacity(resolved, report);
  // The targets of a file with mistakes are not known.
  if (isUsable(problems)) checkEventDrops(sound, resolved, warn);

  return { routes: isUsable(problems) ? resolved.routes : undefined, problems: inOrder(problems) };
}
