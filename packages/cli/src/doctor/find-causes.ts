import type { ResourceChange } from '../changes/compare-resources.ts';
import type { StackFinding } from './checks/stacks.ts';
import { attachConsequences, withoutRepeated } from './consequences.ts';
import type { Cause, Finding } from './finding.ts';

/**
 * Leaves one finding for each thing that is wrong: what a difference of a stack explains names the difference, and what
 * follows from something else is listed there.
 */
export function findCauses(findings: readonly Finding[], differences: readonly StackFinding[]): Finding[] {
  const missing = differences.filter(({ change }) => change.change === 'add');
  const absent = new Set(missing.map(({ change }) => change.name));
  const [symptoms, others] = partition(withoutRepeated(findings), ({ causes = [] }) =>
    causes.some(({ stack }) => absent.has(stack)),
  );
  const present = differences.filter(({ change }) => change.change !== 'add');
  const explained = new Set<ResourceChange>();
  const named = mergeByDifference(others.map((finding) => withDifference(finding, present, explained)));
  const left = present.filter(({ change: { resources } }) => {
    return resources.length === 0 || !resources.every((resource) => explained.has(resource));
  });
  const withMissing = missing.map((finding) => ({
    ...withoutChange(finding),
    consequences: symptoms
      .filter(({ causes = [] }) => causes.some(({ stack }) => stack === finding.change.name))
      .map(({ where, found }) => `${where}: ${found}`),
  }));
  return attachConsequences([...withMissing, ...named, ...left.map(withoutChange)]);
}

/** What differs is where it comes from, and a deployment puts it back. */
function withDifference(
  finding: Finding,
  differences: readonly StackFinding[],
  explained: Set<ResourceChange>,
): Named {
  const matches = (finding.causes ?? []).flatMap((cause) =>
    differences
      .filter(({ change }) => change.name === cause.stack)
      .flatMap(({ change }) => change.resources.filter((resource) => isMeant(resource, cause)))
      .map((resource) => ({ cause, resource })),
  );
  const [first] = matches;
  if (first === undefined) return { finding };
  for (const { resource } of matches) explained.add(resource);
  const properties = matches.flatMap(({ cause, resource: { id, change, properties: changed } }) => {
    return changed.length === 0
      ? [`${cause.stack} ${id} (${change})`]
      : changed.map(({ property }) => `${cause.stack} ${id}.${property}`);
  });
  const difference = [...new Set(properties)].join(', ');
  return { finding: { ...finding, fix: `xacct deploy ${first.cause.deploy}` }, difference };
}

interface Named {
  finding: Finding;
  /** What differs from the file and explains it. */
  difference?: string;
}

/** One difference may show in several places, of which the first is named. */
function mergeByDifference(named: readonly Named[]): Finding[] {
  const groups = Map.groupBy(named, (one) => one.difference ?? one);
  return [...groups.values()].flatMap(([first, ...others]) => {
    if (first === undefined) return [];
    const { finding, difference } = first;
    if (difference === undefined) return finding;
    const concerned = [first, ...others].map((one) => one.finding);
    return {
      ...finding,
      found: `${finding.found}; not as in the file: ${difference}`,
      routes: [...new Set(concerned.flatMap(({ routes }) => routes))],
      targets: [...new Set(concerned.flatMap(({ targets = [] }) => targets))],
      consequences: others.map((other) => `${other.finding.where}: ${other.finding.found}`),
    };
  });
}

function isMeant({ id, type, before, after }: ResourceChange, { type: wanted, name }: Cause): boolean {
  if (type.replace('ManagedPolicy', 'Policy') !== wanted) return false;
  if (name === undefined) return true;
  const { RoleName, QueueName } = (after ?? before)?.Properties ?? {};
  return [id, RoleName, QueueName].includes(name);
}

function withoutChange({ change: _, ...finding }: StackFinding): Finding {
  return finding;
}

function partition<T>(all: readonly T[], isFirst: (one: T) => boolean): [T[], T[]] {
  return [all.filter(isFirst), all.filter((one) => !isFirst(one))];
}
