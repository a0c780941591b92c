import { Command } from 'commander';
import { configOption, jsonOption } from './options.ts';

export function validateCommand(): Command {
  return new Command('validate')
    .description('Check a routes file: says "valid", or every problem with its place.')
    .addOption(configOption())
    .addOption(jsonOption('print the problems as an array of {path, line, column, code, message, hint}'))
    .action(async ({ config, json }: { config: string; json: boolean }) => {
      const [{ formatProblem }, { describeRoutes }, { readRoutes }] = await Promise.all([
        import('@xacct/core'),
        import('../count.ts'),
        import('../read-routes.ts'),
      ]);
      const { routes, problems } = await readRoutes(config);
      if (json) {
        process.stdout.write(
          `${JSON.stringify(
            problems.map(({ file: _, ...problem }) => problem),
            null,
            2,
          )}\n`,
        );
      } else if (routes !== undefined) {
        process.stdout.write(`valid: ${describeRoutes(routes)}\n`);
      } else {
        process.stdout.write(`${problems.map(formatProblem).join('\n')}\n`);
      }
      if (problems.length > 0) process.exitCode = 1;
    });
}
