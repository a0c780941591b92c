import { describe, expect, test } from 'vitest';
import { poisonScenarios } from '../../simulation/scenarios/poison.ts';
import { brokenRules } from './broken-rules.ts';

describe('the handler in a simulated AWS', () => {
  test.for(poisonScenarios.map((scenario) => [scenario.name, scenario] as const))(
    'keeps what must hold: %s',
    { timeout: 180_000 },
    async ([, scenario]) => {
      expect(await brokenRules(scenario, 1)).toEqual([]);
    },
  );
});
