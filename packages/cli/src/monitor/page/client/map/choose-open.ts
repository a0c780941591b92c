import { byName, type Flow, isSelected } from '../flows.ts';
import type { Selection } from '../selection.ts';
import { isWell, rankOf, type Tone, toneOf, worstTone } from '../tone.ts';

/** More than these are folded, what is well first. */
const MOST_STREAMS = 12;
const MOST_ACCOUNTS = 12;
const MOST_FUNCTIONS = 16;

/** What the map shows each by itself. All others are folded into one node, or into their account. */
export interface Open {
  /** Names of routes, the worst first. */
  routes: string[];
  /** IDs of accounts, the worst first. */
  accounts: string[];
  functions: ReadonlySet<Flow>;
}

/** Chooses what is shown: all where there is room; else what is not well, as far as there is room, and what is selected. */
export function chooseOpen(flows: readonly Flow[], selection: Selection): Open {
  const isPicked = (flow: Flow) => selection.kind !== 'forwarder' && isSelected(selection, flow);
  const routes = [...Map.groupBy(flows, ({ route }) => route)].map(([route, its]) => ({
    key: route.route,
    tone: toneOf(route.states),
    isPicked: its.some(isPicked),
  }));
  const accounts = [...Map.groupBy(flows, ({ account }) => account)]
    .map(([key, its]) => ({
      key,
      name: its[0]?.accountName ?? key,
      tone: worstTone(its.map(({ tone }) => tone)),
      isPicked: its.some(isPicked),
    }))
    .sort(byName(({ name }) => name));
  const isUnfolded = (of: 'streams' | 'accounts') => selection.kind === 'rest' && selection.of === of;
  const openRoutes = choose(routes, isUnfolded('streams') ? routes.length : MOST_STREAMS);
  const openAccounts = choose(accounts, isUnfolded('accounts') ? accounts.length : MOST_ACCOUNTS).map(
    ({ key }) => key,
  );
  const functions = flows
    .filter(({ account }) => openAccounts.includes(account))
    .map((flow) => ({ flow, tone: flow.tone, isPicked: isPicked(flow) }));
  return {
    routes: openRoutes.map(({ key }) => key),
    accounts: openAccounts,
    functions: new Set(choose(functions, MOST_FUNCTIONS, flows.length).map(({ flow }) => flow)),
  };
}

/** @param all how many there are, with those that do not come into question */
function choose<T extends { tone: Tone; isPicked: boolean }>(
  items: readonly T[],
  most: number,
  all = items.length,
): T[] {
  const sorted = items.toSorted((one, other) => rankOf(one.tone) - rankOf(other.tone));
  if (all <= most) return sorted;
  const first = new Set(sorted.filter(({ tone }) => !isWell(tone)).slice(0, most));
  return sorted.filter((item) => first.has(item) || item.isPicked);
}
