import { Command } from 'commander';
import { configOption, jsonOption } from '../terminal/options.ts';

interface ValidateFlags {
  config: string;
  strict: boolean;
  json: boolean;
}

export function validateCommand(): Command {
  return new Command('validate')
    .description('Check a routes file: says "valid", or every problem with its place.')
    .addOption(configOption())
    .option('--strict', 'take warnings for errors', false)
    .addOption(
      jsonOption('print the problems as an array of {path, line, column, severity, code, message, hint}'),
    )
    .action(async ({ config, strict, json }: ValidateFlags) => {
      const [{ isUsable }, { count, describeRoutes }, { readRoutes }, { renderProblems }] = await Promise.all(
        [
          import('@xacct/core'),
          import('../terminal/count.ts'),
          import('../routes-file/read-routes.ts'),
          import('../terminal/problems.ts'),
        ],
      );
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
    });
}
