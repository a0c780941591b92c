import type { Scenario } from './scenario.ts';
import { everythingScenario } from './scenarios/everything.ts';
import { forwarderScenarios } from './scenarios/forwarder.ts';
import { functionScenarios } from './scenarios/functions.ts';
import { oneTargetScenarios } from './scenarios/one-target.ts';
import { poisonScenarios } from './scenarios/poison.ts';
import { serviceScenarios } from './scenarios/services.ts';

export const scenarios: readonly Scenario[] = [
  ...poisonScenarios,
  ...oneTargetScenarios,
  ...serviceScenarios,
  everythingScenario,
  ...functionScenarios,
  ...forwarderScenarios,
];
