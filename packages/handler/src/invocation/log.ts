import type { LogLevel } from '@xacct/core';

/** One JSON line an event. Callers pass facts (names, counts, reasons), never a payload or a credential. */
export interface Log {
  info(message: string, facts?: Facts): void;
  warn(message: string, facts?: Facts): void;
  error(message: string, facts?: Facts): void;
}

export type Facts = Readonly<Record<string, string | number | boolean | undefined>>;

const SEVERITY: Record<LogLevel, number> = { info: 0, warn: 1, error: 2 };

/**
 * Writes to standard output, from where Lambda takes it to CloudWatch Logs.
 *
 * @param options.level the least severe lines that are written
 */
export function createLog(options: { write?: (line: string) => void; level?: LogLevel } = {}): Log {
  const { write = (line) => process.stdout.write(line), level: least = 'info' } = options;
  const at = (level: LogLevel) => (message: string, facts?: Facts) => {
    if (SEVERITY[level] < SEVERITY[least]) return;
    write(`${JSON.stringify({ level, message, ...facts })}\n`);
  };
  return { info: at('info'), warn: at('warn'), error: at('error') };
}
