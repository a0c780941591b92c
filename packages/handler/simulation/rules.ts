import type { Result, TargetResult } from './run.ts';
import type { Rule } from './scenario.ts';

/** The lines that scenarios share. */

export function innocentsDelivered(targets: readonly TargetResult[]): Rule {
  const missing = targets.map(({ ledger, function: name }) => ({
    name,
    missing: ledger.undelivered().innocent,
  }));
  return rule(
    'innocents: 100 % delivered',
    missing.every((target) => target.missing === 0),
    list(
      missing
        .filter((target) => target.missing > 0)
        .map((target) => `${target.missing} missing at ${target.name}`),
    ),
  );
}

export function noInnocentDeadLettered(targets: readonly TargetResult[]): Rule {
  const found = targets.flatMap(({ ledger: { deadLetters }, function: name }) =>
    Array.from(deadLetters.innocent, ([failure, count]) => `${count} ${failure} of ${name}`),
  );
  return rule('innocents: 0 dead-lettered', found.length === 0, list(found));
}

export function nothingDeadLettered(targets: readonly TargetResult[]): Rule {
  const found = targets.flatMap(({ ledger: { deadLetters }, function: name }) =>
    [...deadLetters.innocent, ...deadLetters.poison].map(
      ([failure, count]) => `${count} ${failure} of ${name}`,
    ),
  );
  return rule('0 dead letters', found.length === 0, list(found));
}

export function noneGivenUp(targets: readonly TargetResult[]): Rule {
  const found = targets
    .filter(({ ledger }) => ledger.counts.givenUp > 0)
    .map(({ ledger, function: name }) => `${ledger.counts.givenUp} of ${name}`);
  return rule('no record given up', found.length === 0, list(found));
}

export function p99AtMost(targets: readonly TargetResult[], ms: number, rate: string): Rule {
  const found = worst(targets.map((target) => ({ name: target.function, ms: p99(target) })));
  return rule(
    `p99 of arrival ${rate} ≤ ${ms / 1000} s`,
    found.ms <= ms,
    `${seconds(found.ms)} at ${found.name}`,
  );
}

/** Compares each target with itself in the other run. */
export function p99Within(
  result: Result,
  healthy: Result | undefined,
  names: readonly string[],
  factor: number,
): Rule {
  const ratios = of(result, names).map((target) => {
    const other = healthy?.targets.find(
      (one) => one.function === target.function && one.route === target.route,
    );
    const [with_, without] = [p99(target), other === undefined ? 0 : p99(other)];
    return { name: target.function, ms: with_ / without, text: `${seconds(without)} to ${seconds(with_)}` };
  });
  const found = worst(ratios);
  const text = ratios.find(({ name }) => name === found.name)?.text ?? '';
  return rule(
    `p99 of the others ≤ ${factor} × without the fault`,
    found.ms <= factor,
    `${found.ms.toFixed(2)} × at ${found.name} (${text})`,
  );
}

export function poisonHasItsReason(target: TargetResult): Rule {
  const { poison } = target.ledger.undelivered();
  const { deadLetters } = target.ledger;
  const dead = [...deadLetters.poison.values()].reduce((sum, count) => sum + count, 0);
  const others = [...deadLetters.poison].filter(([failure]) => !/^(function-error|reported)\b/.test(failure));
  return rule(
    'poison: dead-lettered with its own reason',
    others.length === 0 && dead === poison,
    list([`${dead} of ${poison}`, ...others.map(([failure, count]) => `${count} as ${failure}`)]),
  );
}

export function callsAtMost(result: Result, target: TargetResult): Rule {
  const { poison } = target.ledger.undelivered();
  const most = 3 * result.batches + 20 * poison;
  return rule(
    'calls ≤ 3 × batches + 20 × poison',
    target.calls <= most,
    `${target.calls} of ${most} (${result.batches} batches, ${poison} poison)`,
  );
}

export function inFlightAtMost(result: Result, full: number): Rule {
  const most = full * result.plan.rate;
  const found = Math.max(...Array.from(result.queues.values(), ({ mostInFlight }) => mostInFlight));
  return rule(`messages in flight ≤ ${full} × rate`, found <= most, `${found} of ${most}`);
}

export function duplicatesAtMost(targets: readonly TargetResult[], most: number): Rule {
  const found = targets
    .filter(({ ledger }) => ledger.mostDuplicates() > most)
    .map(({ ledger, function: name }) => `${ledger.mostDuplicates()} of one record at ${name}`);
  return rule(
    most === 0 ? 'executed once for each record' : `no record more than ${most} duplicates`,
    found.length === 0,
    list(found),
  );
}

export function shareOfDuplicatesAtMost({ ledger, put }: TargetResult, most: number): Rule {
  const duplicates = [...ledger.duplicates.values()].reduce((sum, count) => sum + count, 0);
  return rule(
    `executed again ≤ ${most * 100} % of the records`,
    duplicates <= most * put,
    `${duplicates} of ${put}`,
  );
}

/** A function that goes on after a record that it reports gets the records after it again, as from Lambda itself. */
export function duplicatesOnly(target: TargetResult, cause: string): Rule {
  const found = [...target.ledger.duplicates].filter(([of_]) => of_ !== cause);
  return rule(
    `records are executed again only ${cause}`,
    found.length === 0,
    list(found.map(([of_, count]) => `${count} ${of_}`)),
  );
}

export function inOrder(target: TargetResult): Rule {
  const found = target.ledger.outOfOrder();
  return rule('strict order', found === 0, `${found} of ${target.function} out of order`);
}

export function noBatchFails(result: Result): Rule {
  const { failed } = result.environments;
  return rule(
    'no batch fails',
    failed === 0,
    `${failed} invocations failed, of ${result.environments.invocations}`,
  );
}

export function rule(text: string, holds: boolean, found: string): Rule {
  return { rule: text, holds, found };
}

export function of({ targets }: Result, names: readonly string[]): TargetResult[] {
  return targets.filter(({ function: name }) => names.includes(name));
}

export function others({ targets }: Result, name: string): string[] {
  return targets.filter((target) => target.function !== name).map((target) => target.function);
}

export function one(result: Result, name: string): TargetResult {
  const [target] = of(result, [name]);
  if (target === undefined) throw new Error(`There is no target ${name}`);
  return target;
}

function p99({ ledger }: TargetResult): number {
  return ledger.arrival.quantile(0.99) ?? 0;
}

function worst(found: readonly { name: string; ms: number }[]): { name: string; ms: number } {
  return found.reduce((most, next) => (next.ms > most.ms ? next : most), { name: 'none', ms: 0 });
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(2)} s`;
}

function list(found: readonly string[]): string {
  const shown = found.slice(0, 3).join(', ');
  return found.length > 3 ? `${shown} and ${found.length - 3} more` : shown;
}
