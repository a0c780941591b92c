import type { styleText } from 'node:util';
import { count } from '../../terminal/count.ts';
import type { Failure } from '../failures.ts';
import type { Flow, RouteTraffic, TargetTraffic, TrafficView } from '../traffic.ts';
import { fit, oneLine } from './fit.ts';
import { addFlows, choosePicture } from './picture.ts';

export interface LiveOptions {
  columns: number;
  rows: number;
  /** Names of accounts, by number. */
  accountNames: ReadonlyMap<string, string>;
  /** Address of the page, where there is one. */
  page: string | undefined;
  /** Colours a text, or leaves it as it is. */
  paint: (format: Parameters<typeof styleText>[0], text: string) => string;
}

/** One blank between columns is in their widths. */
const RATES = [
  { kind: 'recordsIn', heading: 'in/s', width: 8 },
  { kind: 'delivered', heading: 'delivered/s', width: 12 },
  { kind: 'filtered', heading: 'filtered/s', width: 11 },
  { kind: 'parked', heading: 'parked/s', width: 9 },
  { kind: 'failed', heading: 'failed/s', width: 9 },
] as const;
/** Below, there is no room for what is filtered. */
const NARROW = 72;
const TOTAL_WIDTH = 12;
/** From here on there is room for the totals. */
const WIDE = 100;
const RECENT_MS = 30_000;
const MARGIN = 1;

/** The lines of the terminal's lower part: as much as there is room for, what matters most first. */
export function renderTraffic(view: TrafficView, options: LiveOptions): string[] {
  const { columns, rows, paint } = options;
  const width = columns - MARGIN;
  const failures = view.failures.slice(0, Math.max(1, Math.min(3, Math.floor((rows - 10) / 4))));
  const below = [...renderFailures(failures, width, options), ...renderStatus(view, width, options)];
  const above = renderHead(view, width, options);
  const room = rows - 1 - above.length - below.length - 1;
  const picture = choosePicture(view.routes, room);
  const body = picture.routes.flatMap((route) => [
    renderRoute(route, picture.withTargets, width, options),
    ...(picture.withTargets
      ? route.targets.map((target) => renderTarget(target, view.at, width, options))
      : []),
  ]);
  const rest =
    picture.left === 0
      ? []
      : [paint('dim', fit(`  … and ${count(picture.left, 'more route')}; --ui shows them all`, width))];
  return [...above, ...body, ...rest, '', ...below].slice(0, rows - 1);
}

function renderHead(view: TrafficView, width: number, { paint, page }: LiveOptions): string[] {
  const places = [`Local AWS ${view.endpoint}`, view.region, page !== undefined && `page ${page}`];
  const line = places.filter((place) => place !== false).join('  ');
  const headings = ratesFor(width).map((rate) => fit(rate.heading, rate.width, 'right'));
  const total = width >= WIDE ? fit('delivered', TOTAL_WIDTH, 'right') : '';
  return [
    paint('bold', fit(line, width)),
    paint('dim', `${fit('route and targets', nameWidth(width))}${headings.join('')}${total}`),
  ];
}

function renderRoute(
  route: RouteTraffic,
  hasTargets: boolean,
  width: number,
  { paint }: LiveOptions,
): string {
  const queues = renderQueues(route);
  const off = route.enabled ? '' : ' (not enabled)';
  if (!hasTargets) {
    const flow = addFlows(route.targets);
    const name = `${route.name}${off}${queues === '' ? '' : `  ${queues}`}`;
    return `${paint('bold', fit(name, nameWidth(width)))}${renderFlow(flow, width, paint)}`;
  }
  const left = `${route.name}${off}  `;
  const way = `${route.stream} → ${route.forwarder}`;
  const wayWidth = Math.max(0, width - left.length - queues.length - 2);
  const warns = (route.deadLetterQueue?.visible ?? 0) > 0 ? 'red' : 'yellow';
  return `${paint('bold', fit(left, Math.min(left.length, width)))}${paint('dim', fit(way, wayWidth))}  ${paint(warns, queues)}`.trimEnd();
}

/** The waiting messages; empty where there are none. */
function renderQueues({ retryQueue, deadLetterQueue }: RouteTraffic): string {
  const waiting = (retryQueue?.visible ?? 0) + (retryQueue?.delayed ?? 0) + (retryQueue?.inFlight ?? 0);
  const dead = deadLetterQueue?.visible ?? 0;
  const parts = [
    waiting > 0 && `${count(waiting, 'message')} to retry`,
    dead > 0 && `${count(dead, 'dead letter')}`,
  ];
  return parts.filter((part) => part !== false).join(', ');
}

function renderTarget(target: TargetTraffic, at: number, width: number, options: LiveOptions): string {
  const { paint, accountNames } = options;
  const { flow, lastFailure } = target;
  const failing = lastFailure !== null && at - lastFailure.at < RECENT_MS;
  const mark = failing
    ? paint('red', '✗')
    : flow.delivered.total > 0
      ? paint('green', '●')
      : paint('dim', '·');
  const account = accountNames.get(target.account) ?? target.account;
  const name = fit(`${account}/${target.function}`, nameWidth(width) - 4);
  return `  ${mark} ${name}${renderFlow(flow, width, paint)}`;
}

function renderFlow(flow: Flow, width: number, paint: LiveOptions['paint']): string {
  const rates = ratesFor(width).map((rate) => {
    const { perSecond } = flow[rate.kind];
    const text = fit(perSecond === 0 ? '–' : perSecond.toFixed(1), rate.width, 'right');
    if (perSecond === 0) return paint('dim', text);
    return rate.kind === 'failed'
      ? paint('red', text)
      : rate.kind === 'parked'
        ? paint('yellow', text)
        : text;
  });
  const total = width >= WIDE ? fit(flow.delivered.total.toLocaleString('en'), TOTAL_WIDTH, 'right') : '';
  return `${rates.join('')}${total}`;
}

function renderFailures(failures: readonly Failure[], width: number, options: LiveOptions): string[] {
  const { paint, accountNames } = options;
  return failures.flatMap(({ at, route, target, functionName: own, reason, times }) => {
    const where = [own ?? route ?? 'local AWS'];
    if (target !== undefined) {
      const { account, qualifiedName } = target;
      where.push(`${accountNames.get(account) ?? account}/${qualifiedName}`);
    }
    const again = times > 1 ? ` (${times} times)` : '';
    const head = `${new Date(at).toTimeString().slice(0, 8)}  ${where.join(' → ')}${again}`;
    return [paint('red', fit(head, width)), `  ${fit(oneLine(reason), width - 2)}`];
  });
}

function renderStatus(view: TrafficView, width: number, { paint }: LiveOptions): string[] {
  const edit = view.edit;
  const said =
    edit === null
      ? []
      : [
          edit.applied
            ? paint('green', fit(edit.text.split('\n').at(-1) ?? '', width))
            : paint('red', fit(edit.text.split('\n').at(-1) ?? '', width)),
        ];
  return [...said, paint('dim', fit('Ctrl-C stops it', width))];
}

function ratesFor(width: number) {
  return RATES.filter(({ kind }) => width >= NARROW || kind !== 'filtered');
}

function nameWidth(width: number): number {
  const taken = ratesFor(width).reduce((sum, rate) => sum + rate.width, width >= WIDE ? TOTAL_WIDTH : 0);
  return Math.max(8, width - taken);
}
