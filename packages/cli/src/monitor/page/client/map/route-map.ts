import { type Flow, isSelected } from '../flows.ts';
import { counted } from '../format.ts';
import type { Selection } from '../selection.ts';
import { chooseOpen, type Open } from './choose-open.ts';
import { edgesOf, type MapEdge, type Way } from './edges.ts';
import { accountNode, forwarderNode, functionNode, type MapNode, restNode, streamNode } from './nodes.ts';

/** What is drawn: source streams → forwarders → accounts → functions. */
export interface RouteMap {
  streams: MapNode[];
  forwarders: MapNode[];
  accounts: (MapNode & { functions: MapNode[] })[];
  edges: MapEdge[];
  /** How much of all that is, for people who do not see it. */
  summary: string;
}

/** Alarms of forwarders, by their names. */
export type ForwarderAlarms = ReadonlyMap<string, readonly unknown[]>;

/** The map of all ways of records, with what is well folded where there is no room for it. */
export function routeMapOf(
  flows: readonly Flow[],
  selection: Selection,
  alarms: ForwarderAlarms = new Map(),
): RouteMap {
  const open = chooseOpen(flows, selection);
  const keysOf = keysIn(open);
  const mark = <T extends MapNode>(node: T): T => ({ ...node, isSelected: node.isFor(selection) });
  const of = (test: (flow: Flow) => boolean) => flows.filter(test);

  const streams = open.routes.map((name) => mark(streamNode(of(({ route }) => route.route === name))));
  const otherRoutes = of(({ route }) => !open.routes.includes(route.route));
  if (otherRoutes.length > 0) streams.push(mark(restNode('streams', otherRoutes, streams.length === 0)));

  const forwarders = [...Map.groupBy(flows, ({ route }) => route.forwarder)].map(([name, its]) =>
    mark(forwarderNode(name, its, alarms.get(name)?.length ?? 0)),
  );

  const isOneRoute = new Set(flows.map(({ route }) => route)).size === 1;
  const accounts = open.accounts.map((id) => {
    const its = of(({ account }) => account === id);
    const functions = its.filter((flow) => open.functions.has(flow));
    return {
      ...mark(accountNode(its)),
      functions: functions.map((flow) => mark(functionNode(flow, isOneRoute))),
    };
  });
  const otherAccounts = of(({ account }) => !open.accounts.includes(account));
  if (otherAccounts.length > 0)
    accounts.push({ ...mark(restNode('accounts', otherAccounts, accounts.length === 0)), functions: [] });

  return {
    ...{ streams, forwarders, accounts },
    edges: edgesOf(flows, keysOf, (flow) => isSelected(selection, flow)),
    summary: summaryOf(flows),
  };
}

function keysIn(open: Open): (flow: Flow) => Way {
  return (flow) => {
    const { route, target, account } = flow;
    return {
      stream: open.routes.includes(route.route) ? `stream ${route.route}` : 'rest streams',
      forwarder: `forwarder ${route.forwarder}`,
      account: open.accounts.includes(account) ? `account ${account}` : 'rest accounts',
      function: open.functions.has(flow) ? `function ${route.route} ${target.target}` : undefined,
    };
  };
}

function summaryOf(flows: readonly Flow[]): string {
  const number = (keyOf: (flow: Flow) => unknown) => new Set(flows.map(keyOf)).size;
  return [
    counted(
      number(({ route }) => route.route),
      'route',
    ),
    counted(
      number(({ account }) => account),
      'account',
    ),
    counted(flows.length, 'function'),
  ].join(', ');
}
