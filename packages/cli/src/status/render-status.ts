import { stripVTControlCharacters } from 'node:util';
import {
  type Figures,
  isTrouble,
  type RaisedAlarm,
  type RouteStatus,
  type Status,
  type TargetStatus,
  type Waiting,
} from '../monitor/status.ts';
import { renderAge } from '../terminal/age.ts';
import { count } from '../terminal/count.ts';
import { renderColumns } from './render-columns.ts';

/** With more targets, those without a failure are folded. */
const MOST_ROWS = 20;
/** Failing targets of a route that are listed then. */
const MOST_FAILING = 5;
/** What a narrow terminal cuts off comes last. */
const HEADINGS = [
  '',
  'state',
  'waiting',
  'dead',
  'delay',
  'in',
  'delivered',
  'filtered',
  'parked',
  'paused',
  'failed',
  'calls',
  'p50 ms',
  'p99 ms',
];
/** What targets do not have of their own. */
const OF_ROUTES = ['', '', '', ''];

export interface Shown {
  /** How a target is shown, by its ARN. */
  labelOf(functionArn: string): string;
}

interface Row {
  cells: string[];
  notes?: string[];
}

/** The worst first: a row for each route and target, and below it what is known of its trouble. */
export function renderStatus(status: Status, { labelOf }: Shown): string {
  const to = Date.parse(status.to);
  const minutes = (to - Date.parse(status.from)) / 60_000;
  const all = status.routes.reduce((sum, { targets }) => sum + targets.length, 0);
  const isFolded = all > MOST_ROWS;
  const isListed = (route: RouteStatus) => !isFolded || isTrouble(route) || route.states.includes('paused');
  const listed = status.routes.filter(isListed);
  const folded = status.routes.filter((route) => !isListed(route));
  const rows = [...listed.flatMap(rowsOf), ...(folded.length === 0 ? [] : [foldedRow(folded)])];
  const troubled = status.routes.filter(isTrouble).length;
  return [
    ...status.forwarders.map(({ forwarder, alarms }) => `forwarder ${forwarder}: ${alarmsOf(alarms)}\n`),
    renderColumns(HEADINGS, rows),
    `${count(status.routes.length, 'route')}, ${count(all, 'target')}; ${troubled === 0 ? 'all well' : `${troubled} with trouble`}. Records and calls a minute, of the last ${renderAge(to - Date.parse(status.from))}\n`,
  ].join('');

  function rowsOf(route: RouteStatus): Row[] {
    const { targets, alarms, figures } = route;
    const isShown = (target: TargetStatus) => isTrouble(target) || target.states.includes('paused');
    const worst = isFolded ? targets.filter(isShown).slice(0, MOST_FAILING) : targets;
    const others = targets.slice(worst.length);
    const byRoute = targets.some((target) => target.figures === null);
    return [
      {
        cells: [
          route.route,
          route.states.join(' '),
          renderWaiting(route.waiting),
          renderWaiting(route.dead),
          route.readDelay === null ? '–' : renderAge(route.readDelay),
          route.incoming === null ? '–' : rate(route.incoming),
          ...cellsOf(figures),
        ],
        notes: [
          ...(alarms.length === 0 ? [] : [`  ${alarmsOf(alarms)}`]),
          ...(byRoute ? [`  no figures by target: forwarder ${route.forwarder} has "metrics: route"`] : []),
        ],
      },
      ...worst.map(targetRow),
      ...(others.length === 0 ? [] : [othersRow(others)]),
    ];
  }

  function targetRow({ target, states, figures, lastFailure }: TargetStatus): Row {
    const notes =
      lastFailure === null
        ? []
        : [`    ${lastFailure.at}  ${lastFailure.class}: ${oneLine(lastFailure.reason)}`];
    return { cells: [`  ${labelOf(target)}`, states.join(' '), ...OF_ROUTES, ...cellsOf(figures)], notes };
  }

  function othersRow(others: readonly TargetStatus[]): Row {
    const failing = others.filter(isTrouble).length;
    const paused = others.filter(({ states }) => states[0] === 'paused').length;
    const parts = [
      ...(failing > 0 ? [`${failing} failing`] : []),
      ...(paused > 0 ? [`${paused} paused`] : []),
    ];
    const state =
      parts.length === 0
        ? others.every(({ states }) => states[0] === 'uncounted')
          ? 'uncounted'
          : 'ok'
        : parts.join(' ');
    return { cells: [`  ${count(others.length, 'other target')}`, state, ...OF_ROUTES, ...sumCells(others)] };
  }

  function foldedRow(routes: readonly RouteStatus[]): Row {
    const targets = routes.flatMap((route) => route.targets);
    const incoming = routes.reduce((sum, route) => sum + (route.incoming ?? 0), 0);
    const delays = routes.flatMap(({ readDelay }) => readDelay ?? []);
    return {
      cells: [
        `${count(routes.length, 'other route')}, ${count(targets.length, 'target')}`,
        'ok',
        ...['0', '0'],
        delays.length === 0 ? '–' : renderAge(Math.max(...delays)),
        rate(incoming),
        ...sumCells(routes),
      ],
    };
  }

  function sumCells(all: readonly { figures: Figures | null }[]): string[] {
    const known = all.flatMap(({ figures }) => figures ?? []);
    if (known.length < all.length) return cellsOf(null);
    const sum = (key: 'delivered' | 'filtered' | 'parked' | 'paused' | 'failed' | 'calls') =>
      known.reduce((total, figures) => total + figures[key], 0);
    const highest = (values: number[]) => (values.length === 0 ? null : Math.max(...values));
    return cellsOf({
      delivered: sum('delivered'),
      filtered: sum('filtered'),
      parked: sum('parked'),
      paused: sum('paused'),
      failed: sum('failed'),
      calls: sum('calls'),
      p50: highest(known.flatMap(({ p50 }) => p50 ?? [])),
      p99: highest(known.flatMap(({ p99 }) => p99 ?? [])),
    });
  }

  function cellsOf(figures: Figures | null): string[] {
    if (figures === null) return Array.from({ length: 8 }, () => '–');
    const { delivered, filtered, parked, paused, failed, calls, p50, p99 } = figures;
    return [
      ...[delivered, filtered, parked, paused, failed, calls].map(rate),
      ...[p50, p99].map((ms) => (ms === null ? '–' : String(Math.round(ms)))),
    ];
  }

  /** A minute. */
  function rate(amount: number): string {
    const each = amount / minutes;
    if (each === 0 || each >= 10) return String(Math.round(each));
    return each < 0.1 ? '<0.1' : each.toFixed(1);
  }

  function alarmsOf(alarms: readonly RaisedAlarm<string>[]): string {
    const described = alarms.map(({ watched, since }) =>
      since === null ? watched : `${watched} for ${renderAge(to - Date.parse(since))}`,
    );
    return `in ALARM: ${described.join(', ')}`;
  }
}

function renderWaiting(waiting: Waiting | null): string {
  if (waiting === null) return '?';
  const { messages, oldestSeconds } = waiting;
  return oldestSeconds === null || messages === 0
    ? String(messages)
    : `${messages} (${renderAge(oldestSeconds * 1000)})`;
}

/** A reason comes from other accounts. */
function oneLine(text: string): string {
  return stripVTControlCharacters(text).replaceAll(/\s+/g, ' ');
}
