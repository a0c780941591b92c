/** One JSON line an event. Callers pass facts (names, counts, reasons), never a payload or a credential. */
export interface Log {
  info(message: string, facts?: Facts): void;
  warn(message: string, facts?: Facts): void;
  error(message: string, facts?: Facts): void;
}

export type Facts = Readonly<Record<string, string | number | boolean | undefined>>;

/** Writes to standard output, from where Lambda takes it to CloudWatch Logs. */
export function createLog(write: (line: string) => void = (line) => process.stdout.write(line)): Log {
  const at = (level: string) => (message: string, facts?: Facts) => {
    write(`${JSON.stringify({ level, message, ...facts })}\n`);
  };
  return { info: at('info'), warn: at('warn'), error: at('error') };
}
