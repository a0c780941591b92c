import { type FaultRules, parseFaults } from '@xacct/local';
import { readBytes } from '../routes-file/read-routes.ts';
import { CommandFailure } from '../terminal/command-failure.ts';
import { renderProblems } from '../terminal/problems.ts';

/**
 * Reads the faults file, if one is named.
 *
 * @throws {CommandFailure} if it cannot be read, or has problems: with all of them and their places
 */
export async function readFaults({
  faults: file,
  seed,
}: {
  faults?: string | undefined;
  seed?: number | undefined;
}): Promise<FaultRules | undefined> {
  if (file === undefined) {
    if (seed === undefined) return undefined;
    throw new CommandFailure('--seed requires --faults', 2);
  }
  const bytes = await readBytes(file, '--faults');
  const { faults, problems } = parseFaults(bytes, file);
  if (faults === undefined)
    throw new CommandFailure(renderProblems(problems, bytes.toString(), process.stderr));
  return faults;
}
