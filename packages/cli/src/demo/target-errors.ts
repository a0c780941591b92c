/** Remembers the last error of each target from the forwarder's log, to say why records were lost. */
export class TargetErrors {
  readonly #last = new Map<string, string>();
  #lastOther: string | undefined;

  /** Takes a line that a function logged. */
  readLog(line: string): void {
    const entry = parse(line);
    if (entry.level !== 'error' && entry.level !== 'ERROR') return;
    const { route, target, reason } = entry;
    if (typeof target === 'string') this.#last.set(`${route} ${target}`, String(reason));
    else this.#lastOther = line;
  }

  /** Takes a problem that concerns no single target. */
  readProblem(message: string): void {
    this.#lastOther = message;
  }

  of(route: string, target: string): string {
    return (
      this.#last.get(`${route} ${target}`) ??
      this.#lastOther ??
      'no error was reported; the records are on their way still'
    );
  }
}

function parse(line: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}
