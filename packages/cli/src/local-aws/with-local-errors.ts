import { AssemblyError, AwsError, NotSupportedError, TargetModulesError } from '@xacct/local';
import { CommandFailure } from '../terminal/command-failure.ts';
import { withDenial } from './with-denial.ts';

/** Turns errors of the local AWS into messages for the user. */
export async function withLocalErrors<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof AssemblyError || error instanceof NotSupportedError)
      throw new CommandFailure(error.message);
    if (error instanceof AwsError) throw new CommandFailure(withDenial(`${error.code}: ${error.message}`));
    if (error instanceof TargetModulesError) throw new CommandFailure(error.message, 2);
    const { code, port } = error as NodeJS.ErrnoException & { port?: number };
    if (code === 'EADDRINUSE') {
      throw new CommandFailure(`Port ${port} is in use. Choose another with --port, or 0 for any free one`);
    }
    if (code === 'EACCES' && port !== undefined) {
      throw new CommandFailure(`Port ${port} needs more rights. Choose one above 1023 with --port`);
    }
    if ((error as Error).name === 'AbortError') throw new CommandFailure('Interrupted');
    throw error;
  }
}
