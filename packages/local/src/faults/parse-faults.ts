import { isUsable, type Problem } from '@xacct/core';
import { checkShape, inOrder, openYaml } from '@xacct/core/yaml';
import validate from '../generated/validate-faults-file.js';
import { checkRule } from './check-rule.ts';
import type { FaultsFile, RuleEntry } from './faults-schema.ts';
import type { FaultRules, Rule, RuleEnding } from './rule.ts';

/** A faults file as `parseFaults` reads it. */
export interface ParsedFaults {
  /** Undefined where there is a problem. */
  faults: FaultRules | undefined;
  /** In the order of the file. */
  problems: Problem[];
}

/**
 * Reads a file of faults: its rules, or all of its problems. Never throws for what a file may contain.
 *
 * @param file the name that problems carry
 */
export function parseFaults(content: string | Uint8Array, file = 'faults.yaml'): ParsedFaults {
  const opened = openYaml(content, file);
  if (opened.yaml === undefined) return { faults: undefined, problems: opened.problems };
  const { yaml, problems, report } = opened;
  if (yaml.value === null || yaml.value === undefined) {
    report([], 'missing-key', 'the file is empty', 'start with "rules"; see docs/local-aws.md#faults');
    return { faults: undefined, problems };
  }

  checkShape(validate, yaml.value, report, yaml.spelling);
  // What a rule means can be checked only once it has the shape of one.
  if (!isUsable(problems)) return { faults: undefined, problems: inOrder(problems) };
  const { seed, rules } = yaml.value as FaultsFile;
  for (const [index, entry] of rules.entries()) {
    checkRule(entry, (key, code, message, hint, at) =>
      report(['rules', index, ...(key === undefined ? [] : [key])], code, message, hint, at),
    );
  }
  if (!isUsable(problems)) return { faults: undefined, problems: inOrder(problems) };
  return { faults: { seed, rules: rules.map(toRule) }, problems };
}

function toRule(entry: RuleEntry, index: number): Rule {
  const { service, operation, account, region, latencyMs, duplicate } = entry;
  return {
    name: entry.name ?? `rule ${index + 1}`,
    select: { service, operation, account, region, function: entry.function },
    fromMs: (entry.fromSeconds ?? 0) * 1000,
    toMs: (entry.toSeconds ?? Number.POSITIVE_INFINITY) * 1000,
    rate: entry.throttle ?? entry.rate ?? 1,
    latencyMs,
    ending: endingOf(entry),
    duplicate,
    kill: entry.kill ?? false,
  };
}

function endingOf({ error, throttle, outage, hang, reset }: RuleEntry): RuleEnding | undefined {
  if (error !== undefined) return { kind: 'error', name: error };
  if (throttle !== undefined) return { kind: 'throttle' };
  if (outage) return { kind: 'unavailable' };
  if (hang) return { kind: 'hang' };
  return reset && { kind: 'reset', of: reset };
}
