import { checkCapacity } from './check-capacity.ts';
import { checkOptions } from './check-options.ts';
import { checkRoutes } from './check-routes.ts';
import { checkShape, type ReportAt } from './check-shape.ts';
import { decodeText } from './decode-text.ts';
import { parseYaml } from './parse-yaml.ts';
import { formatPath, isUsable, type Path, type Problem } from './problem.ts';
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
  const bytes = typeof content === 'string' ? Buffer.from(content) : content;
  const { text, problem } = decodeText(bytes, file);
  if (text === undefined) return { routes: undefined, problems: [problem] };

  const yaml = parseYaml(text, file);
  if (yaml.problems.length > 0) return { routes: undefined, problems: yaml.problems };

  const problems: Problem[] = [];
  const reporter = (severity: Problem['severity']): ReportAt => {
    return (path, code, message, hint, at) => {
      const place = yaml.locate(path, at);
      problems.push({ file, path: formatPath(path), ...place, severity, code, message, hint: hint ?? null });
    };
  };
  const [report, warn] = [reporter('error'), reporter('warning')];

  if (yaml.value === null || yaml.value === undefined) {
    report([], 'missing-key', 'the file is empty', 'start with "source" and "routes"; see docs/routes.md');
    return { routes: undefined, problems };
  }

  const wrong: Path[] = [];
  checkShape(
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
  checkOptions(sound, resolved, report, warn);
  checkCapacity(resolved, report);

  problems.sort((a, b) => a.line - b.line || a.column - b.column);
  return { routes: isUsable(problems) ? resolved.routes : undefined, problems };
}
