import type { State, TargetStatus } from '../../../status.ts';
import { sizeOf } from '../figures.ts';
import type { Flow } from '../flows.ts';
import { counted, whole } from '../format.ts';
import { hashOf, type Selection } from '../selection.ts';
import { isTroubled, isWell, type Tone, toneOf, toneTogether, worstTone } from '../tone.ts';

/** A link of the map. */
export interface MapNode {
  key: string;
  name: string;
  /** One line on what is the matter, or on how much passes. */
  note: string;
  tone: Tone;
  /** For those who do not see in which column it is: `stream`, or nothing where its name says it. */
  kind: string;
  href: string;
  isSelected: boolean;
  isFor(selection: Selection): boolean;
}

function node(
  kind: string,
  key: string,
  selection: Selection,
  { name, note, tone }: Pick<MapNode, 'name' | 'note' | 'tone'>,
): MapNode {
  const href = hashOf(selection);
  return {
    ...{ key: `${kind} ${key}`, kind: kind === 'rest' ? '' : kind, name, note, tone, href },
    isSelected: false,
    isFor: (other) => hashOf(other) === href,
  };
}

/** @param flows of one route, at least one */
export function streamNode(flows: readonly Flow[]): MapNode {
  const route = flows[0]?.route;
  if (route === undefined) throw new Error('a route has at least one target');
  const { states, incoming, stream } = route;
  const tone = toneOf(states);
  const held = { waiting: sizeOf(route.waiting), dead: sizeOf(route.dead) };
  const parts = [
    ...(isWell(tone) && incoming !== null ? [`${whole(incoming)} in`] : wordsFor(states, held)),
    ...(stream === route.route ? [] : [stream]),
  ];
  const note = parts.join(' · ');
  return node(
    'stream',
    route.route,
    { kind: 'route', route: route.route },
    { name: route.route, note, tone },
  );
}

export function forwarderNode(forwarder: string, flows: readonly Flow[], alarms: number): MapNode {
  const routes = new Set(flows.map(({ route }) => route)).size;
  const note =
    alarms > 0 ? `${counted(alarms, 'alarm')} · ${counted(routes, 'route')}` : counted(routes, 'route');
  const tone = alarms > 0 ? 'broken' : 'well';
  return node('forwarder', forwarder, { kind: 'forwarder', forwarder }, { name: forwarder, note, tone });
}

/** @param flows to one account, at least one */
export function accountNode(flows: readonly Flow[]): MapNode {
  const { account = '', accountName = '' } = flows[0] ?? {};
  const tone = toneTogether(flows.map((flow) => flow.tone));
  const functions = counted(flows.length, 'function');
  const counts = countsOf(flows);
  const note = counts.length === 0 ? functions : `${counts.join(', ')} of ${functions}`;
  return node('account', account, { kind: 'account', account }, { name: accountName, note, tone });
}

/** @param isOneRoute whether it goes without saying which route it is a target of */
export function functionNode({ route, target, functionName, tone }: Flow, isOneRoute: boolean): MapNode {
  const parts = [...notesOf(target, tone), ...(isOneRoute ? [] : [`of ${route.route}`])];
  const selection = { kind: 'target', route: route.route, target: target.target } as const;
  return node('function', `${route.route} ${target.target}`, selection, {
    name: functionName,
    note: parts.join(' · '),
    tone,
  });
}

/** All that is folded, of the streams or of the accounts. @param isAll whether nothing is shown beside it */
export function restNode(of: 'streams' | 'accounts', flows: readonly Flow[], isAll: boolean): MapNode {
  const items = Map.groupBy(flows, ({ route, account }) => (of === 'streams' ? route.route : account));
  const tones = Array.from(items.values(), (its) =>
    of === 'streams' ? toneOf(its[0]?.route.states ?? []) : worstTone(its.map(({ tone }) => tone)),
  );
  const troubled = tones.filter(isTroubled).length;
  const state = troubled > 0 ? `${troubled} with trouble` : 'all well';
  return node(
    'rest',
    of,
    { kind: 'rest', of },
    {
      name: counted(items.size, `${isAll ? '' : 'more '}${of === 'streams' ? 'stream' : 'account'}`),
      note: of === 'streams' ? state : `${counted(flows.length, 'function')}, ${state}`,
      tone: troubled > 0 ? worstTone(tones) : 'well',
    },
  );
}

function notesOf({ states, figures, waiting, dead }: TargetStatus, tone: Tone): string[] {
  if (tone === 'off') return ['off'];
  if (tone !== 'well') return wordsFor(states, { waiting: waiting ?? 0, dead: dead ?? 0 });
  const { delivered = 0, filtered = 0 } = figures ?? {};
  return [delivered === 0 && filtered > 0 ? `${whole(filtered)} filtered` : `${whole(delivered)} delivered`];
}

/** States, with how many records there are of what has an amount. */
function wordsFor(states: readonly State[], held: Record<'waiting' | 'dead', number>): string[] {
  return states.map((state) => {
    const amount = state === 'waiting' || state === 'dead' ? held[state] : 0;
    return amount > 0 ? `${whole(amount)} ${state}` : state;
  });
}

/** How many of them are not well, by what is the matter. */
function countsOf(flows: readonly Flow[]): string[] {
  const tones = Map.groupBy(flows, ({ tone, target }) =>
    tone === 'off' ? 'off' : (target.states[0] ?? 'quiet'),
  );
  return [...tones]
    .filter(([state]) => state !== 'ok' && state !== 'quiet' && state !== 'uncounted')
    .map(([state, its]) => `${its.length} ${state}`);
}
