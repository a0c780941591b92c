import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { pythonCommand } from './describe-foreign.ts';

const run = promisify(execFile);

export interface Finding {
  rule: string;
  file: string;
  /** `Resources/Mapping/Properties/BatchSize`, or empty. */
  path: string;
  message: string;
}

/**
 * Runs cfn-lint on templates of one region, with all errors and warnings that it knows.
 *
 * @throws where it does not run
 */
export async function lintTemplates(region: string, files: readonly string[]): Promise<Finding[]> {
  const args = ['--regions', region, '--format', 'json', '--', ...files];
  // Without a finding it ends with 0; with some, with a sum of powers of two for their levels, and the same JSON.
  const { stdout } = await run(pythonCommand('cfn-lint'), args, { maxBuffer: 2 ** 26 }).catch(
    (error: Error & { stdout?: string }) => {
      if (!error.stdout?.startsWith('[')) throw error;
      return { stdout: error.stdout };
    },
  );
  const found: CfnLintMatch[] = JSON.parse(stdout);
  return found.map(({ Rule, Filename, Location, Message }) => ({
    rule: Rule.Id,
    file: Filename ?? '',
    path: Location.Path?.join('/') ?? '',
    message: Message,
  }));
}

interface CfnLintMatch {
  Rule: { Id: string };
  Filename: string | null;
  Location: { Path: string[] | null };
  Message: string;
}
