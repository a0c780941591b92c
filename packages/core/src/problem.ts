/** One mistake in a routes file: data for the CLI to render and for tools to read. */
export interface Problem {
  file: string;
  /** Where in the document, e.g. `routes[2].batchSize`; empty for the document itself. */
  path: string;
  /** 1-based. */
  line: number;
  /** 1-based. */
  column: number;
  code: ProblemCode;
  /** The value received and what is allowed. */
  message: string;
  /** The mend, where one is known. */
  hint: string | null;
}

export type ProblemCode =
  | 'yaml-syntax'
  | 'wrong-type'
  | 'missing-key'
  | 'unknown-key'
  | 'out-of-range'
  | 'wrong-form'
  | 'not-allowed'
  | 'unknown-account'
  | 'unknown-group'
  | 'account-or-group'
  | 'foreign-stream'
  | 'duplicate-stream'
  | 'duplicate-target'
  | 'duplicate-route'
  | 'external-id-conflict'
  | 'colliding-name'
  | 'filter';

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

/** Writes a problem as one line that editors and terminals turn into a link. */
export function formatProblem({ file, line, column, path, message, hint }: Problem): string {
  const where = path === '' ? '' : ` ${path}`;
  const mend = hint === null ? '' : `; ${hint}`;
  return `${file}:${line}:${column}${where}: ${message}${mend}`;
}
