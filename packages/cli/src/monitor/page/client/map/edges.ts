import type { RouteStatus } from '../../../status.ts';
import type { Flow } from '../flows.ts';
import { isTroubled, type Tone, toneOf, toneTogether } from '../tone.ts';

/** A line from one node to the next. */
export interface MapEdge {
  from: string;
  to: string;
  /** `broken`: it is here that records do not pass. `waiting`: some wait, since it is broken further on. */
  tone: Tone;
  /** Whether something that is selected passes here. */
  isLit: boolean;
}

/** The nodes that a flow passes, by their keys. */
export interface Way {
  stream: string;
  forwarder: string;
  account: string;
  /** Undefined where the function is folded into its account. */
  function: string | undefined;
}

/** Alarms that say that the stream itself is not read as it should be. */
const OF_READING: readonly string[] = ['iterator-age', 'not-reading', 'given-up'];

/** The lines of all flows; flows that pass between the same two nodes have one. */
export function edgesOf(
  flows: readonly Flow[],
  wayOf: (flow: Flow) => Way,
  isLit: (flow: Flow) => boolean,
): MapEdge[] {
  const found = new Map<string, { from: string; to: string; tones: Tone[]; isLit: boolean }>();
  const add = (from: string, to: string, tone: Tone, lit: boolean) => {
    const key = `${from}→${to}`;
    const edge = found.get(key) ?? { from, to, tones: [], isLit: false };
    edge.tones.push(tone);
    edge.isLit ||= lit;
    found.set(key, edge);
  };
  for (const flow of flows) {
    const way = wayOf(flow);
    const lit = isLit(flow);
    add(way.stream, way.forwarder, toneOfReading(flow.route), lit);
    add(way.forwarder, way.account, toneOfAccount(flow), lit);
    if (way.function !== undefined) add(way.account, way.function, flow.tone, lit);
  }
  return Array.from(found.values(), ({ tones, ...edge }) => ({ ...edge, tone: toneTogether(tones) }));
}

/** Between a stream and its forwarder. */
function toneOfReading({ enabled, batchFailure, alarms, states }: RouteStatus): Tone {
  if (!enabled) return 'off';
  if (batchFailure !== null || alarms.some(({ watched }) => OF_READING.includes(watched))) return 'broken';
  const tone = toneOf(states);
  if (isTroubled(tone)) return 'waiting';
  return tone === 'quiet' ? 'quiet' : 'well';
}

/** Between a forwarder and an account: a role of the account denies, or what fails is the function. */
function toneOfAccount({ tone, target }: Flow): Tone {
  if (target.states.includes('denied')) return 'broken';
  return tone === 'broken' ? 'waiting' : tone;
}
