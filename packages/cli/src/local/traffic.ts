import { describeDenial, functionFromArn, readDenial } from '@xacct/core';
import type { CallRecord, QueueDepth } from '@xacct/local';
import type { DeployedRoute, RoutedAws } from '@xacct/reconcile';
import { type Counts, type LogEntry, mapCounts, readLog } from '../local-aws/read-log.ts';
import { createFailures, type Failure } from './failures.ts';
import { createRate, type Rate } from './rate.ts';

export type Flow = Record<keyof Counts, { total: number; perSecond: number }>;

export interface TargetTraffic {
  functionArn: string;
  account: string;
  /** With its alias or version. */
  function: string;
  region: string;
  invocation: string;
  onFailure: string;
  flow: Flow;
  lastFailure: { at: number; reason: string } | null;
}

export interface RouteTraffic {
  name: string;
  stream: string;
  account: string;
  /** Name of the function. */
  forwarder: string;
  enabled: boolean;
  /** Records that the mapping's own filters kept from all targets. */
  filteredBefore: number;
  retryQueue: QueueDepth | null;
  deadLetterQueue: QueueDepth | null;
  targets: TargetTraffic[];
}

export interface TrafficView {
  endpoint: string;
  region: string;
  /** Epoch ms. */
  startedAt: number;
  at: number;
  flow: Flow;
  routes: RouteTraffic[];
  /** The newest first. */
  failures: Failure[];
  /** The outcome of the last edit of the routes file. */
  edit: { at: number; applied: boolean; text: string } | null;
}

type Observed = Pick<RoutedAws, 'endpoint' | 'region' | 'routes' | 'queues'>;
type Rates = Record<keyof Counts, Rate>;

const KINDS = ['recordsIn', 'delivered', 'filtered', 'parked', 'failed'] as const;

export interface Traffic {
  log(functionName: string, line: string): LogEntry;
  problem(reason: string): void;
  call(call: CallRecord): void;
  filtered(route: string, records: number): void;
  edited(applied: boolean, text: string): void;
  view(observed: Observed): TrafficView;
}

export function createTraffic(now: () => number = Date.now): Traffic {
  const state = createState(now());
  const { failures } = state;
  let edit: TrafficView['edit'] = null;
  return {
    log(functionName, line) {
      const entry = readLog(line);
      const at = now();
      if (entry.kind === 'counts') countRecords(state, entry, at);
      else if (entry.kind === 'error') failures.add({ at, functionName, reason: entry.reason });
      else if (entry.kind === 'failure') noteFailure(state, entry, at);
      return entry;
    },
    problem(reason) {
      const denial = readDenial(reason);
      const missing = denial === undefined ? '' : `. ${describeDenial(denial)}`;
      failures.add({ at: now(), reason: `${reason}${missing}` });
    },
    call({ action, principal, error, message = '' }) {
      if (error === undefined) return;
      const denial = readDenial(message);
      if (denial !== undefined) failures.add({ at: now(), reason: describeDenial(denial) });
      else if (!principal.includes(':assumed-role/'))
        failures.add({ at: now(), reason: `${action} failed: ${error}: ${message}` });
    },
    filtered(route, records) {
      state.filteredBefore.set(route, (state.filteredBefore.get(route) ?? 0) + records);
    },
    edited(applied, text) {
      edit = { at: now(), applied, text };
    },
    view: (observed) => ({ ...viewOf(state, observed, now()), edit }),
  };
}

type State = ReturnType<typeof createState>;

function createState(startedAt: number) {
  return {
    startedAt,
    /** By route and target. */
    rates: new Map<string, Rates>(),
    lastFailures: new Map<string, { at: number; reason: string }>(),
    sum: createRates(),
    /** By route. */
    filteredBefore: new Map<string, number>(),
    failures: createFailures(),
  };
}

function countRecords(
  { rates, sum }: State,
  { route, target, counts }: Extract<LogEntry, { kind: 'counts' }>,
  at: number,
): void {
  if (target === undefined) return;
  const key = keyOf(route, target);
  const ofTarget = rates.get(key) ?? createRates();
  rates.set(key, ofTarget);
  for (const kind of KINDS) {
    ofTarget[kind].add(counts[kind], at);
    sum[kind].add(counts[kind], at);
  }
}

function noteFailure(
  { failures, lastFailures }: State,
  { route, target, reason, records }: Extract<LogEntry, { kind: 'failure' }>,
  at: number,
): void {
  const place = { ...(route && { route }), ...(target && { target: functionOf(target) }) };
  failures.add({ at, ...place, reason, records });
  if (route && target) lastFailures.set(keyOf(route, target), { at, reason });
}

function viewOf(
  state: State,
  { endpoint, region, routes, queues }: Observed,
  at: number,
): Omit<TrafficView, 'edit'> {
  const depths = new Map(queues.map((queue) => [queue.url, queue]));
  return {
    endpoint,
    region,
    startedAt: state.startedAt,
    at,
    flow: flowOf(state.sum, at),
    routes: routes.map((route) => ({
      name: route.name,
      stream: route.streamName,
      account: route.account,
      forwarder: functionFromArn(route.forwarderArn).qualifiedName,
      enabled: route.enabled,
      filteredBefore: state.filteredBefore.get(route.name) ?? 0,
      retryQueue: depths.get(route.retryQueueUrl)?.depth() ?? null,
      deadLetterQueue: depths.get(route.deadLetterQueueUrl)?.depth() ?? null,
      targets: route.targets.map((target) => viewTarget(state, route, target, at)),
    })),
    failures: state.failures.all(),
  };
}

function viewTarget(
  { rates, lastFailures }: State,
  route: DeployedRoute,
  { functionArn, account, region, invocation, onFailure }: DeployedRoute['targets'][number],
  at: number,
): TargetTraffic {
  const key = keyOf(route.name, functionArn);
  return {
    functionArn,
    account,
    function: functionFromArn(functionArn).qualifiedName,
    region,
    invocation,
    onFailure,
    flow: flowOf(rates.get(key) ?? createRates(), at),
    lastFailure: lastFailures.get(key) ?? null,
  };
}

function functionOf(arn: string): NonNullable<Failure['target']> {
  const { account, qualifiedName } = functionFromArn(arn);
  return { account, qualifiedName };
}

function createRates(): Rates {
  return mapCounts(createRate);
}

function flowOf(rates: Rates, at: number): Flow {
  return mapCounts((kind) => ({ total: rates[kind].total(), perSecond: rates[kind].perSecond(at) }));
}

function keyOf(route: string, target: string): string {
  return `${route} ${target}`;
}
