/** One mistake in a routes file: data for the CLI to render and for tools to read. */
export interface Problem {
  /** Name of the file, as given to `parseRoutes`. */
  file: string;
  /** Where in the document, e.g. `routes[2].batchSize`; empty for the document itself. */
  path: string;
  /** 1-based. */
  line: number;
  /** 1-based. */
  column: number;
  /** Characters of the offending value on its line; at least 1. */
  length: number;
  /** A warning leaves the file valid. */
  severity: 'error' | 'warning';
  /** What kind of mistake it is; stable, for tools. */
  code: ProblemCode;
  /** The value received and what is allowed. */
  message: string;
  /** The fix, where one is known. */
  hint: string | null;
}

/** The kinds of mistakes in a routes file. */
export type ProblemCode =
  // The text
  | 'encoding'
  | 'too-large'
  | 'yaml-syntax'
  // Its shape
  | 'wrong-type'
  | 'missing-key'
  | 'unknown-key'
  | 'out-of-range'
  | 'wrong-form'
  | 'not-allowed'
  // What it means
  | 'unknown-account'
  | 'unknown-group'
  | 'cyclic-group'
  | 'paused-accounts'
  | 'ambiguous-name'
  | 'account-or-group'
  | 'arn-mismatch'
  | 'partition-mismatch'
  | 'foreign-stream'
  | 'not-for-dynamodb'
  | 'duplicate-stream'
  | 'duplicate-target'
  | 'duplicate-route'
  | 'external-id-conflict'
  | 'replaces-conflict'
  | 'starting-time'
  | 'colliding-name'
  | 'filter'
  | 'double-brace'
  | 'no-organization'
  | 'permissions-boundary'
  | 'duplicate-tag'
  | 'timeout'
  | 'capacity'
  // Warnings
  | 'unused-forwarder'
  | 'no-batching'
  | 'block-with-event'
  | 'block-that-ends'
  | 'timeout-of-event'
  | 'event-drops'
  | 'unencrypted-copies'
  | 'filter-quota'
  | 'filter-of-aggregates'
  | 'beyond-retention';

export type Path = readonly (string | number)[];

/** Called for each mistake found at a place in the document. */
export type Report = (path: Path, code: ProblemCode, message: string, hint?: string) => void;

/** Writes a path as it reads in JavaScript: `routes[2].batchSize`. */
export function formatPath(path: Path): string {
  return path
    .map((key, index) => {
      if (typeof key === 'number') return `[${key}]`;
      if (!/^[A-Za-z_$][\w$-]*$/.test(key)) return `[${JSON.stringify(key)}]`;
      return index === 0 ? key : `.${key}`;
    })
    .join('');
}

/** Whether a file with these problems can be used. */
export function isUsable(problems: readonly Problem[]): boolean {
  return problems.every(({ severity }) => severity === 'warning');
}

/** Writes a problem as one line that editors and terminals turn into a link. */
export function formatProblem({ file, line, column, path, severity, message, hint }: Problem): string {
  const where = path === '' ? '' : ` ${path}`;
  const fix = hint === null ? '' : `; ${hint}`;
  const kind = severity === 'warning' ? ' warning:' : '';
  return `${file}:${line}:${column}${where}:${kind} ${message}${fix}`;
}
