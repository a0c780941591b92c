import { accessSync, constants, readFileSync } from 'node:fs';
import { findPackageJSON } from 'node:module';
import { delimiter, dirname, join, resolve } from 'node:path';
import { CommandFailure } from '../terminal/command-failure.ts';
import { AWS_CDK } from './aws-cdk.ts';

export interface CdkCliPlaces {
  /** Files beside which the package is looked for, in this order. */
  beside?: readonly string[];
  /** The `PATH` of the environment. */
  path?: string | undefined;
}

/**
 * The CDK's command line as a command: the package of the project in this folder, then the one beside xacct, then `cdk` on the path.
 *
 * @throws {CommandFailure} when there is none, or the package found first has another version than works
 */
export function findCdkCli({
  beside = [resolve('package.json'), import.meta.url],
  path = process.env.PATH,
}: CdkCliPlaces = {}): string[] {
  for (const file of beside) {
    const found = resolveBeside(file);
    if (found === undefined) continue;
    checkVersion(found.manifest);
    return [process.execPath, found.program];
  }
  const executable = (path ?? '')
    .split(delimiter)
    .filter((folder) => folder !== '')
    .map((folder) => join(folder, 'cdk'))
    .find(isExecutable);
  if (executable !== undefined) return [executable];
  throw new CommandFailure(
    `The CDK CLI is not installed, which deploys the stacks. Install it in this project: ${installCommand()}`,
  );
}

function installCommand(): string {
  return `npm install --save-dev "${AWS_CDK.name}@${AWS_CDK.range}"`;
}

function resolveBeside(file: string): { program: string; manifest: string } | undefined {
  // Unlike `require.resolve`, it does not look into NODE_PATH, which a package manager may have set to its own folders.
  const manifest = findPackage(file);
  return manifest === undefined ? undefined : { manifest, program: join(dirname(manifest), 'bin/cdk') };
}

function findPackage(file: string): string | undefined {
  try {
    return findPackageJSON(AWS_CDK.name, file);
  } catch {
    return undefined;
  }
}

function checkVersion(file: string): void {
  const { version } = JSON.parse(readFileSync(file, 'utf8')) as { version: string };
  const [major = 0, minor = 0, patch = 0] = version.split('.').map((part) => Number.parseInt(part, 10));
  const [leastMajor, leastMinor, leastPatch] = AWS_CDK.least;
  const isLate = minor > leastMinor || (minor === leastMinor && patch >= leastPatch);
  if (major === leastMajor && isLate) return;
  throw new CommandFailure(
    `${file}: expected the CDK CLI ${AWS_CDK.range}, got ${version}. Install it: ${installCommand()}`,
  );
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
