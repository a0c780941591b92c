import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { folder } from '../xacct.ts';
import { type CloudFormationServer, CURRENT, startCloudFormationServer } from './cloudformation-server.ts';

/** The fake CDK writes a line for each run, with its arguments. */
const log = join(folder, 'cdk.log');

/** Starts what deployments of this process need: stacks of several accounts, and a fake CDK that puts stacks there. */
export async function startDeployments(): Promise<CloudFormationServer> {
  const aws = await startCloudFormationServer();
  Object.assign(process.env, {
    AWS_ENDPOINT_URL: aws.endpoint,
    AWS_ACCESS_KEY_ID: CURRENT.AWS_ACCESS_KEY_ID,
    AWS_SECRET_ACCESS_KEY: 'secret',
    XACCT_CDK: fileURLToPath(new URL('fake-cdk.mjs', import.meta.url)),
    FAKE_CDK_LOG: log,
  });
  return aws;
}

/** Forgets the runs of the fake CDK, and for which stacks it fails. */
export function resetCdk(): void {
  rmSync(log, { force: true });
  delete process.env.FAKE_CDK;
}

/** The arguments of each run of the CDK. */
export function cdkRuns(): string[][] {
  if (!existsSync(log)) return [];
  return readFileSync(log, 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
}

/** The names of the stacks that the CDK was run for, in order. */
export function deployedByCdk(): (string | undefined)[] {
  return cdkRuns().map(([, stack]) => stack);
}

/** @param outputs by the name of a stack, what the CDK writes before it fails, or another word that `fake-cdk.mjs` knows */
export function cdkSays(outputs: Record<string, string>): void {
  process.env.FAKE_CDK = JSON.stringify(outputs);
}

/** Makes it look as if it were long since any stack was changed. */
export function age(aws: CloudFormationServer): void {
  aws.deployed(aws.stacks().map(({ updatedAt: _, events: __, ...stack }) => stack));
}
