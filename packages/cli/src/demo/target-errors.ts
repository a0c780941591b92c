import { readLog } from '../local-aws/read-log.ts';

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
      const entry = readLog(line);
      if (entry.kind !== 'failure') return;
      if (entry.target === undefined) lastOther = line;
      else last.set(`${entry.route} ${entry.target}`, entry.reason);
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
