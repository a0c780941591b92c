import type { CallSubject } from '../endpoint/service.ts';
import { drawFor } from './draw.ts';
import type { Rule } from './rule.ts';

/** Selects the rules that apply, in the order of the file. */
export function createSelection(rules: readonly Rule[], seed: number) {
  /** How often a rule selected the same subject, by rule and identity. */
  const ordinals = new Map<string, number>();
  /** @param atMs time since the start */
  return function* (subject: CallSubject, atMs: number, isOfKind: (rule: Rule) => boolean) {
    const identity = identityOf(subject);
    for (const [index, rule] of rules.entries()) {
      if (!isOfKind(rule) || !selects(rule, subject)) continue;
      if (atMs < rule.fromMs || atMs >= rule.toMs) continue;
      const key = `${index} ${identity}`;
      const ordinal = ordinals.get(key) ?? 0;
      ordinals.set(key, ordinal + 1);
      const draw = drawFor(seed, index, identity, ordinal);
      if (draw() < rule.rate) yield { rule, draw };
    }
  };
}

function identityOf({ service, operation, account, region, function: name, resource }: CallSubject): string {
  return [`${service}:${operation}`, account, region, name ?? '', resource ?? ''].join(' ');
}

const SELECTED = ['service', 'operation', 'account', 'region', 'function'] as const;

function selects({ select }: Rule, subject: CallSubject): boolean {
  return SELECTED.every((key) => select[key] === undefined || select[key] === subject[key]);
}
