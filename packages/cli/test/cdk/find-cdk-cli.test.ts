import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { findCdkCli } from '../../src/cdk/find-cdk-cli.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'xacct-cli-test-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

function installCdk(project: string, version: string): string {
  const root = join(folder, project, 'node_modules/aws-cdk');
  mkdirSync(join(root, 'bin'), { recursive: true });
  writeFileSync(join(root, 'package.json'), JSON.stringify({ name: 'aws-cdk', version }));
  writeFileSync(join(root, 'bin/cdk'), '');
  // A file without an extension is found by its full name only.
  return join(root, 'bin/cdk');
}
const beside = (...projects: string[]) => projects.map((project) => join(folder, project, 'package.json'));

describe('findCdkCli', () => {
  test('prefers the package of the project to the one beside xacct', () => {
    installCdk('xacct', '2.1148.1');
    const own = installCdk('project', '2.1200.0');
    expect(findCdkCli({ beside: beside('project', 'xacct') })).toEqual([process.execPath, own]);
  });

  test('takes the one beside xacct where the project has none', () => {
    const own = installCdk('xacct', '2.1148.1');
    expect(findCdkCli({ beside: beside('project', 'xacct') })).toEqual([process.execPath, own]);
  });

  test('takes "cdk" from the path where no package is installed', () => {
    const program = join(folder, 'cdk');
    writeFileSync(program, '#!/bin/sh\n');
    chmodSync(program, 0o755);
    expect(findCdkCli({ beside: beside('project'), path: `/nowhere:${folder}` })).toEqual([program]);
  });

  test.each(['2.1148.0', '2.1000.7', '1.204.0', '3.0.0'])(
    'refuses version %s with the one to install',
    (version) => {
      installCdk('project', version);
      expect(() => findCdkCli({ beside: beside('project') })).toThrow(
        `expected the CDK CLI ^2.1148.1, got ${version}. Install it: npm install --save-dev "aws-cdk@^2.1148.1"`,
      );
    },
  );

  test('says what to install where there is none', () => {
    expect(() => findCdkCli({ beside: beside('project'), path: folder })).toThrow(
      'The CDK CLI is not installed, which deploys the stacks. Install it in this project: npm install --save-dev "aws-cdk@^2.1148.1"',
    );
  });
});
