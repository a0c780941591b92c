import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { formatProblem, parseRoutes } from '@xacct/core';
import { synthesize } from '@xacct/infra';
import { type RoutedAws, type RoutedAwsOptions, startRoutedAws } from '@xacct/reconcile';
import { type Ended, xacct } from '../xacct.ts';

/** A routes file that runs in a local AWS, and the operator of its source account. */
export interface Deployment {
  aws: RoutedAws;
  /** Holds everything else; it is gone after `stop`. */
  folder: string;
  assembly: string;
  /** Folder of the modules of the target functions. */
  functions: string;
  /** The operator's environment variables. */
  operator: NodeJS.ProcessEnv;
  asOperator(...args: string[]): Promise<Ended>;
  stop(): Promise<void>;
}

/** What differs from a deployment with one shard. */
export interface DeploymentOptions extends Pick<RoutedAwsOptions, 'clock' | 'events' | 'faults' | 'shards'> {
  /** Files of the folder of target functions: the text of each, by its name. */
  files?: Readonly<Record<string, string>>;
}

/** Deploys a routes file into a local AWS. Nothing is left of it where that fails. */
export async function startDeployment(text: string, options: DeploymentOptions = {}): Promise<Deployment> {
  const { files = {}, ...others } = options;
  const folder = await mkdtemp(join(tmpdir(), 'xacct-deployment-'));
  const assembly = join(folder, 'cdk.out');
  const functions = join(folder, 'functions');
  try {
    await mkdir(functions);
    for (const [name, content] of Object.entries(files)) await writeFile(join(functions, name), content);
    const { routes, problems } = parseRoutes(text);
    if (routes === undefined) throw new Error(problems.map(formatProblem).join('\n'));
    await synthesize(routes, assembly);
    const deliveries = join(folder, 'deliveries');
    const aws = await startRoutedAws({ assembly, deliveries, functions, shards: 1, ...others });
    const operator = operatorOf(aws, routes.source.account);
    return {
      ...{ aws, folder, assembly, functions, operator, asOperator: xacct.with(operator) },
      async stop() {
        await aws.stop();
        await rm(folder, { recursive: true });
      },
    };
  } catch (error) {
    await rm(folder, { recursive: true });
    throw error;
  }
}

function operatorOf({ endpoint, credentials }: RoutedAws, account: string): NodeJS.ProcessEnv {
  const { accessKeyId = '', secretAccessKey = '' } = credentials[account] ?? {};
  return {
    ...process.env,
    AWS_ENDPOINT_URL: endpoint,
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: secretAccessKey,
  };
}
