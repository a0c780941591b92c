import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { operationsPage } from '../../scripts/operations-page.ts';

describe('operationsPage', () => {
  test('is docs/local-operations.md', () => {
    const page = new URL('../../../../docs/local-operations.md', import.meta.url);
    expect(readFileSync(page, 'utf8'), 'run: pnpm --filter @xacct/local generate').toBe(operationsPage());
  });
});
