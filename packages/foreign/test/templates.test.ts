import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { formatProblem, parseRoutes } from '@xacct/core';
import { synthesize } from '@xacct/infra';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readAssembly } from '../src/assembly/read-assembly.ts';
import { describeForeign } from '../src/describe-foreign.ts';
import { type Finding, lintTemplates } from '../src/lint-templates.ts';
import { REGION, ROUTES_FILE } from '../src/routes-file.ts';
import { runXacctIn } from '../src/run-command.ts';

/** What cfn-lint finds, by rule, and why it stays. */
const EXPLAINED: Readonly<Record<string, string>> = {};

const FIXTURES = fileURLToPath(new URL('../../core/test/fixtures/valid', import.meta.url));
/**
 * An account with roles of several routes, and a group whose accounts differ, each with and without an on-failure destination; what
 * target accounts and the source account are bootstrapped with; what a StackSet deploys.
 */
const EXPORTED = [
  ...['billing', 'everyone'].flatMap((who) => [[who], [who, '--with-failure-destination']]),
  ['--bootstrap-policy'],
  ['111111111111', '--bootstrap-policy'],
  ['everyone', '--stackset'],
];

describeForeign('cfn-lint', () => {
  let folder: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'xacct-foreign-'));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  const unexplained = (findings: readonly Finding[]) => findings.filter(({ rule }) => !(rule in EXPLAINED));

  /** The templates of a routes file, by region. */
  async function templatesOf(file: string): Promise<(readonly [region: string, file: string])[]> {
    const { routes, problems } = parseRoutes(await readFile(file, 'utf8'));
    if (routes === undefined) throw new Error(problems.map(formatProblem).join('\n'));
    const assembly = join(folder, basename(file, '.yaml'));
    await synthesize(routes, assembly);
    return (await readAssembly(assembly)).map(({ region, templateFile }) => [region, templateFile]);
  }

  test('finds nothing in the templates of the routes file and of all valid fixtures', async () => {
    const fixtures = (await readdir(FIXTURES)).filter((name) => name.endsWith('.yaml'));
    expect(fixtures.length).toBeGreaterThan(10);
    const templates: (readonly [string, string])[] = [];
    for (const file of [fileURLToPath(ROUTES_FILE), ...fixtures.map((name) => join(FIXTURES, name))]) {
      templates.push(...(await templatesOf(file)));
    }
    expect(templates.length).toBeGreaterThan(60);
    const findings: Finding[] = [];
    for (const [region, ofRegion] of Map.groupBy(templates, ([region]) => region)) {
      findings.push(
        ...(await lintTemplates(
          region,
          ofRegion.map(([, file]) => file),
        )),
      );
    }
    expect(unexplained(findings)).toEqual([]);
    // An explanation of what is not found any more goes.
    expect(Object.keys(EXPLAINED).filter((id) => !findings.some(({ rule }) => rule === id))).toEqual([]);
  });

  test('finds nothing in the exported templates of accounts, groups, bootstrap policies and a StackSet', async () => {
    const files = [];
    for (const [number, args] of EXPORTED.entries()) {
      const file = join(folder, `export-${number}.yaml`);
      const config = ['--config', fileURLToPath(ROUTES_FILE)];
      const { code, stderr } = await runXacctIn(folder, 'export', ...args, ...config, '--out', file);
      expect(code, stderr).toBe(0);
      files.push(file);
    }
    expect(unexplained(await lintTemplates(REGION, files))).toEqual([]);
  });

  test('finds a property that does not exist, and a DependsOn that a reference implies', async () => {
    const file = join(folder, 'wrong.json');
    const template = {
      Resources: {
        Key: { Type: 'AWS::KMS::Key', Properties: { KeyPolicy: {}, Colour: 'red' } },
        Alias: {
          Type: 'AWS::KMS::Alias',
          DependsOn: 'Key',
          Properties: { AliasName: 'alias/a', TargetKeyId: { Ref: 'Key' } },
        },
      },
    };
    await writeFile(file, JSON.stringify(template));
    const found = (await lintTemplates(REGION, [file])).map(({ rule }) => rule);
    expect(found).toEqual(expect.arrayContaining(['E3002', 'W3005']));
  });
});
