import { renderAge } from '../../terminal/age.ts';
import { oneLine } from '../../terminal/fit.ts';
import {
  type ForwarderStatus,
  isTrouble,
  type RaisedAlarm,
  type RouteStatus,
  type Status,
  type TargetStatus,
} from '../status.ts';
import type { Wording } from './labels.ts';
import type { Format } from './paint.ts';
import type { Note, Row } from './row.ts';
import { foldedRow, isPaused, restRow } from './summed-rows.ts';

/** How much is shown. */
export interface Detail {
  /** Targets of a route with trouble that are shown, the worst first; `all`: all targets of all routes. */
  targets: number | 'all';
  /** Whether the routes without trouble share a line. */
  isFolded: boolean;
}

/** What belongs together: a forwarder in alarm, or routes with their targets. */
export interface Block {
  rows: Row[];
  routes: readonly RouteStatus[];
}

/** The rows of a status, the worst first. */
export function blocksOf(status: Status, { targets: most, isFolded }: Detail, wording: Wording): Block[] {
  const { labelOf, timeOf } = wording;
  const now = Date.parse(status.to);
  const isListed = (route: RouteStatus) => most === 'all' || isTrouble(route) || isPaused(route);
  const { listed = [], others = [] } = Object.groupBy(status.routes, (route) =>
    isListed(route) ? 'listed' : 'others',
  );
  const isShort = isFolded && others.length > 1;
  return [
    ...status.forwarders.map((forwarder) => ({ rows: [forwarderRow(forwarder)], routes: [] })),
    ...listed.map((route) => ({ rows: routeRows(route), routes: [route] })),
    ...(isShort
      ? [{ rows: [foldedRow(others, listed.length === 0)], routes: others }]
      : others.map((route) => ({ rows: [routeRow(route, nameOf(route), timeOf)], routes: [route] }))),
  ];

  function routeRows(route: RouteStatus): Row[] {
    const { targets, alarms } = route;
    const isShown = (target: TargetStatus) => isTrouble(target) || isPaused(target);
    const shown = most === 'all' ? targets : targets.filter(isShown).slice(0, most);
    const rest = targets.slice(shown.length);
    const isAlone = targets.length === 1 && shown.length === 1;
    const name = isAlone ? route.route : nameOf(route);
    const alarm: Row[] = alarms.length === 0 ? [] : [noteRow(`  ${alarmsOf(alarms)}`, 'red')];
    return [
      routeRow(route, name, timeOf),
      ...shown.map((target) => targetRow(route, target)),
      ...alarm,
      ...(shown.length === 0 || rest.length === 0 ? [] : [restRow(rest)]),
    ];
  }

  function targetRow({ incoming }: RouteStatus, target: TargetStatus): Row {
    const { lastFailure, states, figures, deliveredPerSecond, waiting, dead } = target;
    const isOver = lastFailure === null || !isTrouble(target);
    return {
      name: `  ${labelOf(target.target)}`,
      isRoute: false,
      states,
      figures: {
        ...{ incoming, figures, deliveredPerSecond },
        waiting: waiting ?? undefined,
        dead: dead ?? undefined,
        readDelay: undefined,
      },
      notes: isOver
        ? []
        : [
            {
              text: `    ${timeOf(lastFailure.at)}  ${lastFailure.class}: ${oneLine(lastFailure.reason).replaceAll(/ {2,}/g, ' ')}`,
              format: 'red',
            },
          ],
    };
  }

  function alarmsOf(alarms: readonly RaisedAlarm<string>[]): string {
    const described = alarms.map(({ watched, since }) =>
      since === null ? watched : `${watched} for ${renderAge(now - Date.parse(since))}`,
    );
    return `in ALARM: ${described.join(', ')}`;
  }

  function forwarderRow({ forwarder, alarms }: ForwarderStatus): Row {
    return noteRow(`forwarder ${forwarder}: ${alarmsOf(alarms)}`, 'red');
  }

  /** Each of its targets gets all of its records. */
  function nameOf({ route, targets }: RouteStatus): string {
    const [only] = targets;
    const way =
      targets.length === 1 && only !== undefined ? labelOf(only.target) : `${targets.length} targets`;
    return `${route} → ${way}`;
  }
}

function routeRow(route: RouteStatus, name: string, timeOf: Wording['timeOf']): Row {
  const { batchFailure, forwarder } = route;
  const notes: Note[] = [];
  if (batchFailure !== null) {
    const reason = oneLine(batchFailure.reason).replaceAll(/ {2,}/g, ' ');
    const text = `  ${timeOf(batchFailure.at)}  forwarder ${forwarder} fails with all of a batch: ${reason}`;
    notes.push({ text, format: 'red' });
  }
  if (route.targets.some(({ figures }) => figures === null))
    notes.push({
      text: `  no figures by target: forwarder ${forwarder} has "metrics: route"`,
      format: 'dim',
    });
  return {
    name,
    isRoute: true,
    states: route.states,
    figures: route,
    notes,
  };
}

function noteRow(name: string, format: Format): Row {
  return { name: '', isRoute: false, states: [], figures: null, notes: [{ text: name, format }] };
}
