import { describe, expect, test } from 'vitest';
import { serviceScenarios } from '../../simulation/scenarios/services.ts';
import { brokenRules } from './broken-rules.ts';

describe('the handler in a simulated AWS', () => {
  test.for(serviceScenarios.map((scenario) => [scenario.name, scenario] as const))(
    'keeps what must hold: %s',
    { timeout: 180_000 },
    async ([, scenario]) => {
      expect(await brokenRules(scenario, 1)).toEqual([]);
    },
  );
});
