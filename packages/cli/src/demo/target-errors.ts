export interface TargetErrors {
  /** Takes a line that a function logged. */
  readLog(line: string): void;
  /** Takes a problem that concerns no single target. */
  readProblem(message: string): void;
  /** The last error of a target, or else of no single target. */
  lastOf(route: string, target: string): string;
}

/** Remembers the last error of each target from the forwarder's log, to explain why records were lost. */
export function createTargetErrors(): TargetErrors {
  const last = new Map<string, string>();
  let lastOther: string | undefined;
  return {
    readLog(line) {
      const { level, route, target, reason } = parse(line);
      if (level !== 'error' && level !== 'ERROR') return;
      if (typeof target === 'string') last.set(`${route} ${target}`, String(reason));
      else lastOther = line;
    },
    readProblem(message) {
      lastOther = message;
    },
    lastOf: (route, target) =>
      last.get(`${route} ${target}`) ??
      lastOther ??
      'no error was reported; the records are on their way still',
  };
}

function parse(line: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}
