import type { Scenario } from './scenario.ts';
import { oneTargetScenarios } from './scenarios/one-target.ts';
import { poisonScenarios } from './scenarios/poison.ts';
import { serviceScenarios } from './scenarios/services.ts';

export const scenarios: readonly Scenario[] = [
  ...poisonScenarios,
  ...oneTargetScenarios,
  ...serviceScenarios,
];
