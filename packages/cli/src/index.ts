import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * For tests of your own functions: the routes of a file, run in a local AWS. All else is the command's. The build writes the
 * types of the package from this file by itself, so it may import no type.
 */

export interface StartRoutesOptions {
  /**
   * The routes file.
   *
   * @default 'routes.yaml'
   */
  config?: string;
  /**
   * Folder of target functions, `<function name>.mjs` or `.ts`. What arrives at a function without a module is recorded.
   *
   * @default all are recorded
   */
  functions?: string;
  /**
   * Folder of what is recorded: `<account>/<region>/<function>.jsonl`, a line for each invocation.
   *
   * @default a folder that `stop` removes
   */
  deliveries?: string;
  /** Called with each line that a function logs. */
  onLog?(functionName: string, line: string): void;
  /** Called with what an operator should know: records that are given up, a stream that cannot be read. */
  onProblem?(message: string): void;
}

/** Settings of a client of the AWS SDK for one account. */
export interface ClientSettings {
  endpoint: string;
  region: string;
  credentials: { accessKeyId: string; secretAccessKey: string; sessionToken?: string };
}

export interface RunningRoutes {
  /** URL of the local AWS. */
  endpoint: string;
  /** Folder of what is recorded. */
  deliveries: string;
  /**
   * Administrator's settings of an account.
   *
   * @param account ID, 12 digits
   */
  clientOf(account: string): ClientSettings;
  /** Ends all that runs, and removes what it wrote outside of `deliveries`. */
  stop(): Promise<void>;
}

/**
 * Runs the routes of a file in a local AWS, from the templates that would be deployed.
 *
 * @throws {Error} with all problems of the file when it is not valid, and for a folder that cannot be read
 *
 * @example
 * const routes = await startRoutes({ functions: 'functions', onLog: (name, line) => console.log(name, line) });
 * const kinesis = new KinesisClient(routes.clientOf('111111111111'));
 */
export async function startRoutes(options: StartRoutesOptions = {}): Promise<RunningRoutes> {
  const { config = 'routes.yaml', functions, deliveries, onLog, onProblem } = options;
  const { readValidRoutes } = await import('./routes-file/read-routes.ts');
  const { withLocalErrors } = await import('./local-aws/with-local-errors.ts');
  const { synthesize } = await import('@xacct/infra');
  const { startRoutedAws } = await import('@xacct/reconcile');

  const routes = await readValidRoutes(config);
  const folder = await mkdtemp(join(tmpdir(), 'xacct-'));
  const clear = () => rm(folder, { recursive: true, force: true });
  try {
    const assembly = join(folder, 'cdk.out');
    await synthesize(routes, assembly);
    const aws = await withLocalErrors(() =>
      startRoutedAws({
        assembly,
        ...(functions !== undefined && { functions }),
        ...(deliveries !== undefined && { deliveries }),
        events: { ...(onLog && { onLog }), ...(onProblem && { onProblem }) },
      }),
    );
    return {
      endpoint: aws.endpoint,
      deliveries: aws.deliveries,
      clientOf: (account) => aws.clientOf(account),
      async stop() {
        await aws.stop();
        await clear();
      },
    };
  } catch (error) {
    await clear();
    throw error;
  }
}
