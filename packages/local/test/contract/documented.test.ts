import { readFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { behaviours } from './behaviours/index.ts';

const DOCS = new URL('../../../../docs/local-aws.md', import.meta.url);

/** The rows of the table of behaviours: what it says, where AWS says it, and whether real AWS can be asked. */
async function documented(): Promise<string[][]> {
  const text = await readFile(DOCS, 'utf8');
  const [, section = ''] = text.split('\n## Behaviours\n');
  const rows = (section.split('\n## ')[0] ?? '').split('\n').filter((line) => line.startsWith('| '));
  return rows.slice(1).map((row) =>
    row
      .slice(1, -1)
      .split(' | ')
      .map((cell) => cell.trim()),
  );
}

describe('docs/local-aws.md', () => {
  test('names the behaviours of the suite, each with its source and why real AWS is not asked', async () => {
    const expected = behaviours.map(({ name, source, localOnly }) => [
      name,
      `[AWS](${source})`,
      localOnly === undefined ? 'yes' : `no: ${localOnly}`,
    ]);
    expect((await documented()).filter(([name]) => !/^-+$/.test(name ?? ''))).toEqual(expected);
  });

  test('names each behaviour once, with a page of AWS', () => {
    const names = behaviours.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    for (const { source } of behaviours) expect(source).toMatch(/^https:\/\/docs\.aws\.amazon\.com\/\S+$/);
  });
});
