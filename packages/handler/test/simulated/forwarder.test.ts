import { describe, expect, test } from 'vitest';
import { forwarderScenarios } from '../../simulation/scenarios/forwarder.ts';
import { brokenRules } from './broken-rules.ts';

describe('the handler in a simulated AWS', () => {
  test.for(forwarderScenarios.map((scenario) => [scenario.name, scenario] as const))(
    'keeps what must hold: %s',
    { timeout: 180_000 },
    async ([, scenario]) => {
      expect(await brokenRules(scenario, 1)).toEqual([]);
    },
  );
});
