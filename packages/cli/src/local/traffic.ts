import type { CallRecord, QueueDepth } from '@xacct/local';
import type { DeployedRoute, RoutedAws } from '@xacct/reconcile';
import { type Failure, Failures } from './failures.ts';
import { Rate } from './rate.ts';
import { type Counts, type LogEntry, readLog } from './read-log.ts';

/** How many there were since the start, and how many a second of late. */
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

/** All that is to be seen of a local AWS at one moment. Plain data: it is sent to the page as it is. */
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
  /** What the last edit of the routes file came to. */
  edit: { at: number; applied: boolean; text: string } | null;
}

type Observed = Pick<RoutedAws, 'endpoint' | 'region' | 'routes' | 'queues'>;
type Rates = Record<keyof Counts, Rate>;

const KINDS = ['recordsIn', 'delivered', 'filtered', 'parked', 'failed'] as const;

/** Follows what happens in a local AWS. It counts as the forwarder does: by its own metrics, and by what the queues hold. */
export class Traffic {
  readonly #now: () => number;
  readonly #startedAt: number;
  /** By route and target. */
  readonly #rates = new Map<string, Rates>();
  readonly #sum = createRates();
  readonly #lastFailures = new Map<string, { at: number; reason: string }>();
  readonly #filteredBefore = new Map<string, number>();
  readonly #failures = new Failures();
  #edit: TrafficView['edit'] = null;

  constructor(now: () => number = Date.now) {
    this.#now = now;
    this.#startedAt = now();
  }

  /** Takes a line that a function logged, and tells what it is. */
  log(functionName: string, line: string): LogEntry {
    const entry = readLog(line);
    const at = this.#now();
    if (entry.kind === 'counts') {
      const key = keyOf(entry.route, entry.target);
      const rates = this.#rates.get(key) ?? createRates();
      this.#rates.set(key, rates);
      for (const kind of KINDS) {
        rates[kind].add(entry.counts[kind], at);
        this.#sum[kind].add(entry.counts[kind], at);
      }
    } else if (entry.kind === 'failure') {
      const { kind: _, ...failure } = entry;
      this.#failures.add({ at, ...failure });
      const { route, target, reason } = entry;
      if (route !== undefined && target !== undefined)
        this.#lastFailures.set(keyOf(route, target), { at, reason });
    } else if (entry.kind === 'error') {
      this.#failures.add({ at, functionName, reason: entry.reason });
    }
    return entry;
  }

  problem(reason: string): void {
    this.#failures.add({ at: this.#now(), reason });
  }

  /** A call that failed. What a function calls is told by the function itself, with more to it. */
  call({ action, principal, error, message }: CallRecord): void {
    if (error === undefined || principal.includes(':assumed-role/')) return;
    this.#failures.add({ at: this.#now(), reason: `${action} failed: ${error}: ${message}` });
  }

  filtered(route: string, records: number): void {
    this.#filteredBefore.set(route, (this.#filteredBefore.get(route) ?? 0) + records);
  }

  edited(applied: boolean, text: string): void {
    this.#edit = { at: this.#now(), applied, text };
  }

  view({ endpoint, region, routes, queues }: Observed): TrafficView {
    const at = this.#now();
    const depths = new Map(queues.map((queue) => [queue.url, queue]));
    return {
      endpoint,
      region,
      startedAt: this.#startedAt,
      at,
      flow: flowOf(this.#sum, at),
      routes: routes.map((route) => ({
        name: route.name,
        stream: route.streamName,
        account: route.account,
        forwarder: lastPart(route.forwarderArn),
        enabled: route.enabled,
        filteredBefore: this.#filteredBefore.get(route.name) ?? 0,
        retryQueue: depths.get(route.retryQueueUrl)?.depth() ?? null,
        deadLetterQueue: depths.get(route.deadLetterQueueUrl)?.depth() ?? null,
        targets: route.targets.map((target) => this.#target(route, target, at)),
      })),
      failures: this.#failures.all(),
      edit: this.#edit,
    };
  }

  #target(route: DeployedRoute, target: DeployedRoute['targets'][number], at: number): TargetTraffic {
    const key = keyOf(route.name, target.functionArn);
    const { functionArn, account, region, invocation, onFailure } = target;
    return {
      functionArn,
      account,
      function: functionArn.split(':').slice(6).join(':'),
      region,
      invocation,
      onFailure,
      flow: flowOf(this.#rates.get(key) ?? createRates(), at),
      lastFailure: this.#lastFailures.get(key) ?? null,
    };
  }
}

function createRates(): Rates {
  return {
    recordsIn: new Rate(),
    delivered: new Rate(),
    filtered: new Rate(),
    parked: new Rate(),
    failed: new Rate(),
  };
}

function flowOf(rates: Rates, at: number): Flow {
  const of = (kind: keyof Counts) => ({ total: rates[kind].total, perSecond: rates[kind].perSecond(at) });
  return {
    recordsIn: of('recordsIn'),
    delivered: of('delivered'),
    filtered: of('filtered'),
    parked: of('parked'),
    failed: of('failed'),
  };
}

function keyOf(route: string, target: string): string {
  return `${route} ${target}`;
}

function lastPart(arn: string): string {
  return arn.slice(arn.lastIndexOf(':') + 1);
}
