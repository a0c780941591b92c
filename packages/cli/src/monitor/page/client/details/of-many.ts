import type { SentView } from '../../page-view.ts';
import { byName, type Flow } from '../flows.ts';
import { counted } from '../format.ts';
import { hashOf } from '../selection.ts';
import { isTroubled, rankOf, type Tone, toneOf, worstTone } from '../tone.ts';
import { commandsOfAccount, commandsOfRoutes } from './commands.ts';
import { alarmsOf, type Details, EMPTY, type Link, linkToTarget } from './details.ts';

/** One account. @param flows to it, at least one */
export function detailsOfAccount(flows: readonly Flow[], view: SentView): Details {
  const [first] = flows;
  if (first === undefined) throw new Error('an account has at least one target');
  const { account, accountName } = first;
  return {
    ...EMPTY,
    kind: 'Account',
    name: accountName === account ? account : `${accountName} (${account})`,
    sentence: `${counted(flows.length, 'function')}: ${troubleIn(flows.map(({ tone }) => tone))}.`,
    linksTitle: counted(flows.length, 'target'),
    links: worstFirst(flows).map((flow) =>
      linkToTarget(flow, `${flow.functionName} of route ${flow.route.route}`),
    ),
    commands: commandsOfAccount(first, view),
  };
}

/** One forwarder. @param flows through it, at least one */
export function detailsOfForwarder(forwarder: string, flows: readonly Flow[], view: SentView): Details {
  const routes = [...new Set(flows.map(({ route }) => route))];
  const alarms = view.status.forwarders.find((one) => one.forwarder === forwarder)?.alarms ?? [];
  return {
    ...EMPTY,
    kind: 'Forwarder',
    name: forwarder,
    states: alarms.length > 0 ? ['alarm'] : [],
    sentence: `${counted(routes.length, 'route')}, ${counted(flows.length, 'target')}: ${troubleIn(routes.map(({ states }) => toneOf(states)))}.`,
    alarms: alarmsOf(alarms, view.now),
    linksTitle: counted(routes.length, 'route'),
    links: linksToRoutes(flows),
    // A line of hundreds of names helps nobody; without names, it is all routes.
    commands: commandsOfRoutes(routes.length > MOST_NAMES ? [] : routes, view),
  };
}

const MOST_NAMES = 8;

/** What the map folds. @param flows of it */
export function detailsOfRest(of: 'streams' | 'accounts', flows: readonly Flow[], view: SentView): Details {
  const links = of === 'streams' ? linksToRoutes(flows) : linksToAccounts(flows);
  return {
    ...EMPTY,
    kind: 'Folded on the map',
    name: counted(links.length, of === 'streams' ? 'route' : 'account'),
    sentence: `${counted(flows.length, 'target')}: ${troubleIn(links.map(({ tone }) => tone))}.`,
    linksTitle: of === 'streams' ? 'Routes' : 'Accounts',
    links,
    commands: commandsOfRoutes([], view),
  };
}

function linksToRoutes(flows: readonly Flow[]): Link[] {
  return [...Map.groupBy(flows, ({ route }) => route)].map(([{ route, states }, its]) => ({
    href: hashOf({ kind: 'route', route }),
    name: route,
    note: `${states.join(', ')} · ${counted(its.length, 'target')}`,
    tone: toneOf(states),
  }));
}

function linksToAccounts(flows: readonly Flow[]): Link[] {
  return [...Map.groupBy(flows, ({ account }) => account)]
    .map(([account, its]) => ({
      href: hashOf({ kind: 'account', account }),
      name: its[0]?.accountName ?? account,
      note: counted(its.length, 'function'),
      tone: worstTone(its.map(({ tone }) => tone)),
    }))
    .sort(byName(({ name }) => name))
    .sort((one, other) => rankOf(one.tone) - rankOf(other.tone));
}

function worstFirst(flows: readonly Flow[]): Flow[] {
  return flows.toSorted((one, other) => rankOf(one.tone) - rankOf(other.tone));
}

function troubleIn(tones: readonly Tone[]): string {
  const troubled = tones.filter(isTroubled).length;
  return troubled === 0 ? 'all well' : `${troubled} with trouble`;
}
