import type { DeployedRoute } from '@xacct/local';
import type { PutRecord } from './put-events.ts';

/** A record as it arrived at a target. */
export interface ArrivedRecord {
  eventId: string;
  /** Base64. */
  data: string;
}

export interface TargetAccount {
  route: string;
  account: string;
  /** With its alias or version. */
  function: string;
  region: string;
  put: number;
  delivered: number;
  filtered: number;
  parked: number;
  /** Arrivals beyond the first of a record. */
  duplicates: number;
  /** Neither delivered, filtered nor parked. */
  lost: number;
  /** From put to arrival, in ms; null where nothing arrived. */
  p50Ms: number | null;
  p95Ms: number | null;
}

interface Arrivals {
  data: string;
  /** Epoch ms, one for each time that the record arrived. */
  times: number[];
}

/** What arrives at one function from one stream, by event id. */
interface Inbox {
  arrivals: Map<string, Arrivals>;
  /** Routes that lead here: as many arrivals of each record are due. */
  routes: number;
}

interface Entry {
  route: DeployedRoute;
  target: DeployedRoute['targets'][number];
  inbox: Inbox;
  /** Which of the inbox's routes this is: its records are the arrivals of this rank. */
  rank: number;
}

/** Accounts for every record put, at every target: arrived as it was put, or not. */
export class Ledger {
  /** By stream ARN, then by event id. */
  readonly #put = new Map<string, Map<string, PutRecord>>();
  readonly #inboxes = new Map<string, Inbox>();
  readonly #entries: Entry[] = [];
  #outstanding = 0;

  constructor(routes: readonly DeployedRoute[]) {
    for (const route of routes) {
      this.#put.set(route.streamArn, new Map());
      for (const target of route.targets) {
        const key = keyOf(route.streamArn, target.functionArn);
        const inbox = this.#inboxes.get(key) ?? { arrivals: new Map(), routes: 0 };
        this.#inboxes.set(key, inbox);
        this.#entries.push({ route, target, inbox, rank: inbox.routes });
        inbox.routes += 1;
      }
    }
  }

  /** Arrivals that are still due, over all targets. */
  get outstanding(): number {
    return this.#outstanding;
  }

  /** An arrival may be recorded before its put is. */
  recordPut(streamArn: string, records: readonly PutRecord[]): void {
    const inboxes = [...this.#inboxes]
      .filter(([key]) => key.startsWith(`${streamArn} `))
      .map(([, inbox]) => inbox);
    for (const record of records) {
      this.#put.get(streamArn)?.set(record.eventId, record);
      for (const { arrivals, routes } of inboxes) {
        this.#outstanding += Math.max(0, routes - (arrivals.get(record.eventId)?.times.length ?? 0));
      }
    }
  }

  /** @param functionArn as invoked, with its alias or version */
  recordArrival(
    streamArn: string,
    functionArn: string,
    records: readonly ArrivedRecord[],
    receivedAt: number,
  ): void {
    const inbox = this.#inboxes.get(keyOf(streamArn, functionArn));
    if (inbox === undefined) return;
    for (const { eventId, data } of records) {
      const known = inbox.arrivals.get(eventId) ?? { data, times: [] };
      inbox.arrivals.set(eventId, known);
      known.times.push(receivedAt);
      const due = known.times.length <= inbox.routes;
      if (due && this.#put.get(streamArn)?.has(eventId)) this.#outstanding -= 1;
    }
  }

  accounts(): TargetAccount[] {
    return this.#entries.map(({ route, target, inbox, rank }) => {
      const put = this.#put.get(route.streamArn) ?? new Map<string, PutRecord>();
      const latencies: number[] = [];
      let duplicates = 0;
      for (const [eventId, record] of put) {
        const arrival = inbox.arrivals.get(eventId);
        const receivedAt = arrival?.times[rank];
        if (arrival === undefined || receivedAt === undefined || arrival.data !== record.event.base64)
          continue;
        latencies.push(receivedAt - record.putAt);
        if (rank === 0) duplicates += Math.max(0, arrival.times.length - inbox.routes);
      }
      latencies.sort((a, b) => a - b);
      const delivered = latencies.length;
      return {
        route: route.name,
        account: target.account,
        function: target.functionArn.split(':').slice(6).join(':'),
        region: target.region,
        put: put.size,
        delivered,
        filtered: 0,
        parked: 0,
        duplicates,
        lost: put.size - delivered,
        p50Ms: percentile(latencies, 0.5),
        p95Ms: percentile(latencies, 0.95),
      };
    });
  }
}

function keyOf(streamArn: string, functionArn: string): string {
  return `${streamArn} ${functionArn}`;
}

function percentile(sorted: readonly number[], part: number): number | null {
  return sorted[Math.max(0, Math.ceil(part * sorted.length) - 1)] ?? null;
}
