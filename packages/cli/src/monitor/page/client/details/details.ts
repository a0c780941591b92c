import type { LastFailure, RaisedAlarm, State } from '../../../status.ts';
import type { SentView } from '../../page-view.ts';
import { type Row, timeOf } from '../figures.ts';
import type { Flow } from '../flows.ts';
import { duration, moment } from '../format.ts';
import { hashOf } from '../selection.ts';
import type { Tone } from '../tone.ts';
import type { Command } from './commands.ts';

/** All that is shown of one node of the map. Plain data. */
export interface Details {
  /** What it is: `Route`, `Target` … */
  kind: string;
  name: string;
  states: readonly State[];
  /** One sentence, where that says it. */
  sentence: string;
  failure: { class: string; reason: string; when: string } | null;
  alarms: string[];
  groups: { title: string; rows: readonly Row[] }[];
  linksTitle: string;
  links: Link[];
  commands: Command[];
  /** What else they need; empty where that is nothing. */
  commandsNote: string;
}

/** A way from one node's details to another's. */
export interface Link {
  href: string;
  name: string;
  note: string;
  tone: Tone;
}

export const EMPTY: Omit<Details, 'kind' | 'name'> = {
  ...{ states: [], sentence: '', failure: null, alarms: [] },
  ...{ groups: [], linksTitle: '', links: [], commands: [], commandsNote: '' },
};

export const titles = ({ status }: SentView) => ({
  records: `Records, counted once (${timeOf(status)})`,
  held: 'Held now',
  tries: `Each try (${timeOf(status)})`,
});

export function failureOf(failure: LastFailure | null, now: number): Details['failure'] {
  if (failure === null) return null;
  return { class: failure.class, reason: failure.reason, when: moment(failure.at, now) };
}

export function alarmsOf(alarms: readonly RaisedAlarm<string>[], now: number): string[] {
  return alarms.map(({ watched, since }) =>
    since === null ? watched : `${watched}, for ${duration(now - Date.parse(since))}`,
  );
}

/** @param name how the target is called where the other parts of its name go without saying */
export function linkToTarget({ route, target, tone }: Flow, name: string): Link {
  return {
    href: hashOf({ kind: 'target', route: route.route, target: target.target }),
    name,
    note: target.states.join(', '),
    tone,
  };
}
