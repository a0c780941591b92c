import fc from 'fast-check';
import { isValid, type RouteEntry, type TargetEntry } from './routes-file.ts';

/** An edit of a routes file: which entry, which of its targets, and what to choose from where there is a choice. */
export interface Edit {
  kind: keyof typeof KINDS;
  route: number;
  target: number;
  choice: number;
}

export const ACCOUNTS = ['222222222221', '222222222222', '222222222223', '222222222224'];
const FORWARDERS = ['default', 'isolated', 'third'];

/** What becomes of one entry; undefined: it is removed. */
type Change = (entry: RouteEntry, edit: Edit) => RouteEntry | undefined;

const KINDS = {
  functionRenamed: ofTargets((target, { choice }) => ({
    ...target,
    function: nextName(target.function),
    ...replacing(choice, target.function),
  })),
  groupShrunk: (entry, { target }) => ({
    ...entry,
    targets:
      entry.targets.length === 1
        ? entry.targets
        : entry.targets.filter((_, index) => index !== target % entry.targets.length),
  }),
  groupGrown: (entry, { choice }) => {
    const account = freeAccount(entry, choice);
    const [first] = entry.targets;
    return account === undefined || first === undefined
      ? entry
      : { ...entry, targets: [...entry.targets, { account, function: first.function }] };
  },
  accountMoved: (entry, { target, choice }) => {
    const account = freeAccount(entry, choice);
    const index = target % entry.targets.length;
    const { role: _, ...moved } = entry.targets[index] ?? { account: '', function: 'reader' };
    if (account === undefined) return entry;
    const before = `${moved.account}/${moved.function}`;
    return {
      ...entry,
      targets: entry.targets.with(index, { ...moved, account, ...replacing(choice, before) }),
    };
  },
  regionChanged: ofTarget(({ region, ...target }) =>
    region === undefined ? { ...target, region: 'eu-west-1' } : target,
  ),
  roleReplaced: ofTarget(({ role, ...target }, { choice }) =>
    choice % 3 === 0
      ? target
      : { ...target, role: `arn:aws:iam::${target.account}:role/theirs-${choice % 3}` },
  ),
  externalIdChanged: ofTargets(({ externalId, ...target }) =>
    externalId === undefined ? { ...target, externalId: 'agreed' } : target,
  ),
  filterEdited: ofTarget(({ filtered, ...target }) => (filtered ? target : { ...target, filtered: true })),
  forwarderChanged: (entry, { choice }) => ({
    ...entry,
    forwarder: FORWARDERS[choice % FORWARDERS.length] ?? '',
  }),
  fanOutChanged: ({ enhancedFanOut, ...entry }) =>
    enhancedFanOut ? entry : { ...entry, enhancedFanOut: true },
  patternChanged: ({ byPattern, ...entry }) => (byPattern ? entry : { ...entry, byPattern: true }),
  streamChanged: (entry) => ({ ...entry, stream: nextName(entry.stream) }),
  routeRenamed: (entry) => ({ ...entry, name: nextName(entry.name) }),
  routeRemoved: () => undefined,
} satisfies Record<string, Change>;

export const anyEdit: fc.Arbitrary<Edit> = fc.record({
  kind: fc.constantFrom(...(Object.keys(KINDS) as (keyof typeof KINDS)[])),
  route: fc.nat(5),
  target: fc.nat(5),
  choice: fc.nat(5),
});

/** An edit that would leave no valid file changes nothing. */
export function edited(entries: readonly RouteEntry[], edit: Edit): RouteEntry[] {
  const index = edit.route % entries.length;
  const entry = entries[index];
  if (entry === undefined) return [...entries];
  const changed = KINDS[edit.kind](entry, edit);
  const others = entries.filter((_, other) => other !== index);
  if (changed === undefined) return others.length === 0 ? [...entries] : others;
  const clashes = others.some(({ name }) => name === changed.name);
  const next = entries.with(index, changed);
  return clashes || !isValid(next) ? [...entries] : next;
}

/** Half of the files say which target takes over from which. */
function replacing(choice: number, before: string): Pick<TargetEntry, 'replaces'> {
  return choice % 2 === 0 ? { replaces: [before] } : {};
}

function ofTargets(change: (target: TargetEntry, edit: Edit) => TargetEntry): Change {
  return (entry, edit) => ({ ...entry, targets: entry.targets.map((target) => change(target, edit)) });
}

function ofTarget(change: (target: TargetEntry, edit: Edit) => TargetEntry): Change {
  return (entry, edit) => ({
    ...entry,
    targets: entry.targets.map((target, index) =>
      index === edit.target % entry.targets.length ? change(target, edit) : target,
    ),
  });
}

function freeAccount({ targets }: RouteEntry, choice: number): string | undefined {
  const free = ACCOUNTS.filter((account) => targets.every((target) => target.account !== account));
  return free[choice % free.length];
}

/** `reader` → `reader-v2` → `reader-v3` */
function nextName(name: string): string {
  const [, base = name, number = '1'] = /^(.*)-v(\d+)$/.exec(name) ?? [];
  return `${base}-v${Number(number) + 1}`;
}
