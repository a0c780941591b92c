import type { Flow } from './flows.ts';
import { isTroubled, toneOf } from './tone.ts';

/** What somebody wants to see. */
export interface Wanted {
  /** Words, each of which has to be in one of the names. */
  words: string;
  onlyTrouble: boolean;
}

/** The flows that are wanted. The trouble of a route may be known of none of its targets: then all of them are shown. */
export function filterFlows(flows: readonly Flow[], { words, onlyTrouble }: Wanted): Flow[] {
  const wanted = words.toLowerCase().split(/\s+/).filter(Boolean);
  const named = flows.filter((flow) => {
    const text = textOf(flow);
    return wanted.every((word) => text.includes(word));
  });
  if (!onlyTrouble) return named;
  const byRoute = Map.groupBy(named, ({ route }) => route);
  return [...byRoute].flatMap(([{ states }, its]) => {
    const troubled = its.filter(({ tone }) => isTroubled(tone));
    return troubled.length === 0 && isTroubled(toneOf(states)) ? its : troubled;
  });
}

function textOf({ route, target, account, accountName, functionName }: Flow): string {
  const { route: name, stream, forwarder } = route;
  return [name, stream, forwarder, account, accountName, functionName, ...target.states]
    .join(' ')
    .toLowerCase();
}
