import { isUsable } from '@xacct/core';
import { describeRoutes } from '../routes-file/describe-routes.ts';
import { readRoutes } from '../routes-file/read-routes.ts';
import { count } from '../terminal/count.ts';
import { renderProblems } from '../terminal/problems.ts';

export interface ValidateFlags {
  config: string;
  strict: boolean;
  json: boolean;
}

/** Reports every problem of a routes file. */
export async function run({ config, strict, json }: ValidateFlags): Promise<void> {
  const { routes, problems: found, text } = await readRoutes(config);
  const problems = strict ? found.map((problem) => ({ ...problem, severity: 'error' as const })) : found;

  if (json) {
    const rows = problems.map(({ path, line, column, severity, code, message, hint }) => {
      return { path, line, column, severity, code, message, hint };
    });
    process.stdout.write(`${JSON.stringify(rows, null, 2)}\n`);
  } else {
    const rendered = renderProblems(problems, text, process.stdout);
    if (rendered !== '') process.stdout.write(`${rendered}\n`);
    if (routes !== undefined && isUsable(problems)) {
      const warnings = problems.length === 0 ? '' : `, ${count(problems.length, 'warning')}`;
      process.stdout.write(`valid: ${describeRoutes(routes)}${warnings}\n`);
    }
  }
  if (!isUsable(problems)) process.exitCode = 1;
}
