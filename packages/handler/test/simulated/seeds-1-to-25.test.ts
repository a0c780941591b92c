import { describe, expect, test } from 'vitest';
import { brokenRules, scenarioOf } from './broken-rules.ts';

const seeds = Array.from({ length: 25 }, (_, index) => 1 + index);

describe('the handler in a simulated AWS, with everything at once', () => {
  test.for(seeds)(
    'accounts for every record, and gives up no innocent one: seed %i',
    { timeout: 180_000 },
    async (seed) => {
      expect(await brokenRules(scenarioOf('everything'), seed)).toEqual([]);
    },
  );
});
