import validate from '../generated/validate-routes-file.js';
import type { Routes } from '../model/routes.ts';
import { checkShape, type ReportAt } from '../problems/check-shape.ts';
import { formatPath, isUsable, type Path, type Problem } from '../problems/problem.ts';
import { inOrder, type OpenedYaml, openYaml } from '../yaml/open-yaml.ts';
import type { YamlText } from '../yaml/parse-yaml.ts';
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
  const { yaml, problems, report } = opened;

  if (yaml.value === null || yaml.value === undefined) {
    report([], 'missing-key', 'the file is empty', 'start with "source" and "routes"; see docs/routes.md');
    return { routes: undefined, problems };
  }
  return readValue(yaml, opened);
}

/**
 * The same for a file that is there as plain values, which are not changed. The line of a problem is the number of its route,
 * from 1 on; 0 outside of routes.
 *
 * @example parseRoutesValue({ source, routes: [{ stream: 'orders', targets }] })
 */
export function parseRoutesValue(value: unknown, file = 'routes.yaml'): ParsedRoutes {
  const locate = ([key, index]: Path) => {
    const line = key === 'routes' && index !== undefined ? Number(index) + 1 : 0;
    return { line, column: 1, length: 1 };
  };
  const problems: Problem[] = [];
  const reporter = (severity: Problem['severity']): ReportAt => {
    return (path, code, message, hint) => {
      const place = { file, path: formatPath(path), ...locate(path) };
      problems.push({ ...place, severity, code, message, hint: hint ?? null });
    };
  };
  const written = { value: structuredClone(value), locate, spelling: () => undefined };
  return readValue(written, { problems, report: reporter('error'), warn: reporter('warning') });
}

function readValue(
  { value, locate, spelling }: Pick<YamlText, 'value' | 'locate' | 'spelling'>,
  { problems, report, warn }: Pick<OpenedYaml, 'problems' | 'report' | 'warn'>,
): ParsedRoutes {
  const wrong: Path[] = [];
  checkShape(
    validate,
    value,
    (path, code, ...rest) => {
      if (code !== 'missing-key') wrong.push(path);
      report(path, code, ...rest);
    },
    spelling,
  );
  const sound = soundPart(value, wrong);
  const resolved = resolveRoutes(sound, report);
  checkRoutes(resolved, report, (path) => locate(path).line);
  checkOptions(sound, resolved, wrong, report, warn);
  checkCapacity(resolved, report);
  // The targets of a file with mistakes are not known.
  if (isUsable(problems)) checkEventDrops(sound, resolved, warn);

  return { routes: isUsable(problems) ? resolved.routes : undefined, problems: inOrder(problems) };
}
