import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);

export interface FoundPython {
  command: string;
  /** Differs for another version, or for one in another place. */
  identity: string;
}

/** The oldest that moto and cfn-lint run on. */
const OLDEST = '3.10';

/** Debian has `venv` without `ensurepip`, which it needs to put pip into an environment. */
const PROBE = `
import sys, venv, ensurepip
if sys.version_info < (${OLDEST.replace('.', ', ')}): sys.exit("it is Python " + sys.version.split()[0])
print(sys.base_prefix, sys.version.split()[0])
`;

/** Finds a Python that can make virtual environments; or says why there is none. */
export async function findPython(
  commands: readonly string[] = ['python3', 'python'],
): Promise<FoundPython | { missing: string }> {
  const reasons: string[] = [];
  for (const command of commands) {
    try {
      const { stdout } = await run(command, ['-c', PROBE]);
      return { command, identity: stdout.trim() };
    } catch (error) {
      reasons.push(`${command}: ${reasonOf(error as ProbeError)}`);
    }
  }
  const needed = `Python ${OLDEST} or newer with venv is missing (Debian: apt-get install python3-venv)`;
  return { missing: `${needed}; ${reasons.join(', ')}` };
}

interface ProbeError {
  /** Of the system, or the status that the command ended with. */
  code?: string | number;
  stderr?: string;
}

function reasonOf({ code, stderr = '' }: ProbeError): string {
  if (code === 'ENOENT') return 'there is none';
  return stderr.trim().split('\n').at(-1) || `it ended with ${code}`;
}
