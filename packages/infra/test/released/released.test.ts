import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { compareTemplates } from './compare-templates.ts';
import { currentTemplates, type Templates } from './current-templates.ts';

/** As `scripts/write-released.ts` writes it with each release. */
const released: { version: string; templates: Templates } = JSON.parse(
  readFileSync(new URL('./released.json', import.meta.url), 'utf8'),
);
const root = fileURLToPath(new URL('../../../../', import.meta.url));

describe('the templates', () => {
  test('differ from those of the last release only in what the changelog says', () => {
    const differences = compareTemplates(released.templates, currentTemplates());
    const unsaid = differences.filter((difference) => !unreleasedChanges().includes(`\`${difference}\``));
    expect(
      unsaid,
      `Name these in a file of .changeset ("pnpm changeset"), each in backticks, with what it means for an upgrade`,
    ).toEqual([]);
  });

  test('of the last release are those of the version in the changelog', () => {
    const { version } = JSON.parse(readFileSync(join(root, 'packages/cli/package.json'), 'utf8'));
    expect(released.version, 'Run "node packages/infra/scripts/write-released.ts" with a release').toBe(
      version,
    );
    expect(changelog()).toContain(`## ${version}\n`);
  });
});

describe('compareTemplates', () => {
  const template = (Timeout: number, rest = {}) => ({
    Resources: { Function: { Type: 'AWS::Lambda::Function', Properties: { Timeout } }, ...rest },
  });
  const queue = { Queue: { Type: 'AWS::SQS::Queue', DeletionPolicy: 'Retain' } };

  test('names every difference once', () => {
    const before = { 'plain/a': template(3), 'plain/b': template(3), 'plain/old': template(3) };
    const after = { 'plain/a': template(4, queue), 'plain/b': template(4), 'plain/new': template(3) };
    expect(compareTemplates(before, after)).toEqual([
      'AWS::Lambda::Function.Timeout',
      'AWS::SQS::Queue added',
      'new added',
      'old removed',
    ]);
  });

  test('sees attributes of resources, and sections besides them', () => {
    const before = { a: { ...template(3, queue), Outputs: {} } };
    const after = {
      a: template(3, { Queue: { Type: 'AWS::SQS::Queue', DeletionPolicy: 'Delete' } }),
    };
    expect(compareTemplates(before, after)).toEqual(['AWS::SQS::Queue.DeletionPolicy', 'Outputs']);
  });
});

/** Text of what the next release will say. */
function unreleasedChanges(): string {
  const files = globSync(join(root, '.changeset/*.md')).filter((file) => !file.endsWith('README.md'));
  return files.map((file) => readFileSync(file, 'utf8')).join('\n');
}

function changelog(): string {
  return readFileSync(join(root, 'packages/cli/CHANGELOG.md'), 'utf8');
}
