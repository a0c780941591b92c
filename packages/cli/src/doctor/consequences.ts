import type { Check, Finding } from './finding.ts';

/** What may follow from a finding of another kind about the same route, by the kind of the consequence. */
const FOLLOWS_FROM: Partial<Record<Check, readonly Check[]>> = {
  mapping: ['stream', 'forwarder', 'parameter'],
  waiting: ['account', 'forwarder', 'function', 'mapping', 'parameter', 'policy', 'region', 'role', 'target'],
  'dead-letters': ['account', 'forwarder', 'function', 'parameter', 'policy', 'region', 'role', 'target'],
  alarm: [
    'account',
    'dead-letters',
    'failure-bucket',
    'forwarder',
    'function',
    'mapping',
    'parameter',
    'policy',
    'region',
    'retry-queue',
    'role',
    'stream',
    'target',
    'waiting',
  ],
};

/** Alarms on queues follow from what is in them only where they watch just that. */
const WATCHED: Partial<Record<Check, RegExp>> = {
  'dead-letters': /-dead-letters$/,
  waiting: /-(parked|late-retries)$/,
};

/** Puts what follows from a finding below it, in a word each, and what is found twice only once. */
export function attachConsequences(findings: readonly Finding[]): Finding[] {
  const merged = mergeRepeated(findings);
  const consequencesOf = new Map<Finding, Finding[]>();
  const left = merged.filter((finding) => {
    const cause = causeOf(finding, merged);
    if (cause !== undefined) consequencesOf.set(cause, [...(consequencesOf.get(cause) ?? []), finding]);
    return cause === undefined;
  });
  return left.map((finding) => {
    const followers = followersOf(finding, consequencesOf);
    if (followers.length === 0) return finding;
    const severity = followers.some((follower) => follower.severity === 'error') ? 'error' : finding.severity;
    const phrases = followers.map(({ where, found }) => `${where}: ${found}`);
    return { ...finding, severity, consequences: [...(finding.consequences ?? []), ...phrases] };
  });
}

function followersOf(cause: Finding, consequencesOf: ReadonlyMap<Finding, Finding[]>): Finding[] {
  const direct = consequencesOf.get(cause) ?? [];
  return direct.flatMap((finding) => [finding, ...followersOf(finding, consequencesOf)]);
}

function causeOf(finding: Finding, all: readonly Finding[]): Finding | undefined {
  const kinds = FOLLOWS_FROM[finding.check] ?? [];
  // A reminder of what somebody wanted follows from nothing.
  if (finding.check === 'alarm' && finding.severity === 'warning') return undefined;
  return all.find((cause) => {
    const watched = WATCHED[cause.check];
    return (
      cause !== finding &&
      kinds.includes(cause.check) &&
      (cause.severity === 'error' || watched !== undefined) &&
      (finding.check !== 'alarm' || watched === undefined || watched.test(finding.where)) &&
      cause.routes.some((route) => finding.routes.includes(route))
    );
  });
}

/** A parameter is seen from both sides, and an account that cannot be read shows no bootstrap stack. */
export function withoutRepeated(findings: readonly Finding[]): Finding[] {
  const unread = findings.filter(({ check }) => check === 'account');
  const fromOutside = findings.filter(
    ({ check, where }) => check === 'parameter' && where.startsWith('parameter '),
  );
  return findings.filter((finding) => {
    if (finding.check === 'bootstrap') return !unread.some(({ where }) => finding.where.startsWith(where));
    if (finding.check !== 'parameter' || fromOutside.includes(finding)) return true;
    return !fromOutside.some(({ routes }) => routes.some((route) => finding.routes.includes(route)));
  });
}

/** Whoever may not read one stream may read none: one line for each permission, and for what several routes share. */
function mergeRepeated(findings: readonly Finding[]): Finding[] {
  const groups = Map.groupBy(findings, ({ check, where, found, fix }) =>
    check === 'permission' ? fix : JSON.stringify([check, where, found]),
  );
  return [...groups.values()].flatMap(([first, ...others]) => {
    if (first === undefined) return [];
    const more = others.filter(({ where }) => where !== first.where).length;
    const routes = [...new Set([first, ...others].flatMap((finding) => finding.routes))];
    return { ...first, where: more === 0 ? first.where : `${first.where} and ${more} more`, routes };
  });
}
