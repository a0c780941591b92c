import { describe, expect, test } from 'vitest';
import { functionScenarios } from '../../simulation/scenarios/functions.ts';
import { brokenRules } from './broken-rules.ts';

describe('the handler in a simulated AWS', () => {
  test.for(functionScenarios.map((scenario) => [scenario.name, scenario] as const))(
    'keeps what must hold: %s',
    { timeout: 180_000 },
    async ([, scenario]) => {
      expect(await brokenRules(scenario, 1)).toEqual([]);
    },
  );
});
