import { checkCapacity } from './check-capacity.ts';
import { checkOptions } from './check-options.ts';
import { checkRoutes } from './check-routes.ts';
import { checkShape } from './check-shape.ts';
import validate from './generated/validate-routes-file.js';
import { inOrder, openYaml } from './open-yaml.ts';
import { checkEventDrops } from './options/check-event-drops.ts';
import { isUsable, type Path, type Problem } from './problem.ts';
import { resolveRoutes } from './resolve-routes.ts';
import type { Routes } from './routes.ts';
import { soundPart } from './sound-part.ts';

export interface ParsedRoutes {
  /** Undefined where some problem is an error. */
  routes: Routes | undefined;
  /** In the order of the file; warnings among them. */
  problems: Problem[];
}

/**
 * Reads a routes file: routes with every default filled in, or all of its problems.
 * Never throws for what a file may contain.
 *
 * @param file the name that problems carry
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
  // Of a file with mistakes it is not known what its targets will be.
  if (isUsable(problems)) checkEventDrops(sound, resolved, warn);

  return { routes: isUsable(problems) ? resolved.routes : undefined, problems: inOrder(problems) };
}
