import type { TestProject } from 'vitest/node';
import { findPython } from './src/python/find-python.ts';
import { virtualEnvironment } from './src/python/virtual-environment.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** The folder of the commands of the Python environment; null where there is no Python. */
    pythonCommands: string | null;
  }
}

/** Prepares Python once for all test files, or has them skipped; with `XACCT_REQUIRE_PYTHON` set they may not be. */
export default async function setup(project: TestProject): Promise<void> {
  const found = await findPython();
  if ('missing' in found) {
    if (process.env.XACCT_REQUIRE_PYTHON !== undefined) throw new Error(found.missing);
    process.stdout.write(`The tests against moto and cfn-lint are skipped: ${found.missing}\n`);
    project.provide('pythonCommands', null);
    return;
  }
  project.provide('pythonCommands', await virtualEnvironment(found));
}
