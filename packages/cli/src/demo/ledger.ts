import { createRecordFilter } from '@xacct/core';
import type { DeployedRoute } from '@xacct/local';
import type { KeptRecords } from './kept-records.ts';
import type { PutRecord } from './put-events.ts';

/** A record as it arrived at a target. */
export interface ArrivedRecord {
  eventId: string;
  /** As `contentOf` the record. */
  content: string;
}

export interface TargetAccount {
  route: string;
  account: string;
  /** With its alias or version. */
  function: string;
  region: string;
  put: number;
  delivered: number;
  /** Kept from the target by the mapping's filters or its own. */
  filtered: number;
  /** Waits in a queue or in the failure bucket. */
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
  content: string;
  /** Epoch ms, one for each time that the record arrived. */
  times: number[];
}

/** What arrives at one function from one stream, by event id. */
interface Inbox {
  arrivals: Map<string, Arrivals>;
  /** Of the routes that lead here: an arrival of each record is due for each, unless a filter keeps it. */
  entries: Entry[];
}

interface Entry {
  route: DeployedRoute;
  target: DeployedRoute['targets'][number];
  inbox: Inbox;
  matches: (record: PutRecord) => boolean;
  /** Event ids of what the filters of the mapping or the target keep from it. */
  filtered: Set<string>;
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
        const inbox: Inbox = this.#inboxes.get(key) ?? { arrivals: new Map(), entries: [] };
        this.#inboxes.set(key, inbox);
        const entry = { route, target, inbox, matches: matcherOf(target), filtered: new Set<string>() };
        inbox.entries.push(entry);
        this.#entries.push(entry);
      }
    }
  }

  /** Arrivals that are still due, over all targets. */
  get outstanding(): number {
    return this.#outstanding;
  }

  /** An arrival, or that a mapping dropped it, may be recorded before its put is. */
  recordPut(streamArn: string, records: readonly PutRecord[]): void {
    for (const record of records) {
      this.#put.get(streamArn)?.set(record.eventId, record);
      for (const [key, inbox] of this.#inboxes) {
        if (!key.startsWith(`${streamArn} `)) continue;
        for (const { matches, filtered } of inbox.entries) {
          if (!matches(record)) filtered.add(record.eventId);
        }
        this.#outstanding += dueOf(inbox, record.eventId);
      }
    }
  }

  /** The mapping of a route dropped records: none of its targets will get them. */
  recordFiltered(routeName: string, eventIds: readonly string[]): void {
    for (const { route, inbox, filtered } of this.#entries) {
      if (route.name !== routeName) continue;
      for (const eventId of eventIds) {
        this.#account(route.streamArn, inbox, eventId, () => filtered.add(eventId));
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
    for (const { eventId, content } of records) {
      const known = inbox.arrivals.get(eventId) ?? { content, times: [] };
      inbox.arrivals.set(eventId, known);
      this.#account(streamArn, inbox, eventId, () => known.times.push(receivedAt));
    }
  }

  /** Makes a change to what is due of a record at an inbox. */
  #account(streamArn: string, inbox: Inbox, eventId: string, change: () => void): void {
    const before = dueOf(inbox, eventId);
    change();
    if (this.#put.get(streamArn)?.has(eventId)) this.#outstanding += dueOf(inbox, eventId) - before;
  }

  /** @param kept what waits somewhere at this moment */
  accounts(kept: readonly KeptRecords[] = []): TargetAccount[] {
    return this.#entries.map((entry) => {
      const { route, target, inbox } = entry;
      const waiting = new Set(
        kept.filter((records) => isFor(entry, records)).flatMap(({ eventIds }) => eventIds),
      );
      const put = this.#put.get(route.streamArn) ?? new Map<string, PutRecord>();
      const latencies: number[] = [];
      let filtered = 0;
      let parked = 0;
      let duplicates = 0;
      for (const [eventId, record] of put) {
        const takers = takersOf(inbox, eventId);
        const rank = takers.indexOf(entry);
        const arrival = inbox.arrivals.get(eventId);
        const receivedAt = arrival?.times[rank];
        if (arrival === undefined || receivedAt === undefined || arrival.content !== record.content) {
          if (entry.filtered.has(eventId)) filtered += 1;
          else if (waiting.has(eventId)) parked += 1;
          continue;
        }
        latencies.push(receivedAt - record.putAt);
        if (rank === 0) duplicates += Math.max(0, arrival.times.length - takers.length);
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
        filtered,
        parked,
        duplicates,
        lost: put.size - delivered - filtered - parked,
        p50Ms: percentile(latencies, 0.5),
        p95Ms: percentile(latencies, 0.95),
      };
    });
  }
}

/** Parked records wait for one target; a batch that a mapping gave up is kept for all of its route's. */
function isFor({ route, target }: Entry, { streamArn, targetArn, forwarderArn }: KeptRecords): boolean {
  if (streamArn !== route.streamArn) return false;
  return targetArn === target.functionArn || forwarderArn === route.forwarderArn;
}

function matcherOf({ filter }: Entry['target']): Entry['matches'] {
  const matches = createRecordFilter(filter === undefined ? [] : [filter]);
  return ({ record }) => matches(record);
}

/** The routes of an inbox whose filters let a record through. */
function openTo(inbox: Inbox, eventId: string): Entry[] {
  return inbox.entries.filter(({ filtered }) => !filtered.has(eventId));
}

/** Arrivals of a record that are still due at an inbox. */
function dueOf(inbox: Inbox, eventId: string): number {
  const arrived = inbox.arrivals.get(eventId)?.times.length ?? 0;
  return Math.max(0, openTo(inbox, eventId).length - arrived);
}

/** The routes that the arrivals of a record count for, in order: what none should have brought, the first did. */
function takersOf(inbox: Inbox, eventId: string): Entry[] {
  const open = openTo(inbox, eventId);
  return open.length > 0 ? open : inbox.entries.slice(0, 1);
}

function keyOf(streamArn: string, functionArn: string): string {
  return `${streamArn} ${functionArn}`;
}

function percentile(sorted: readonly number[], part: number): number | null {
  return sorted[Math.max(0, Math.ceil(part * sorted.length) - 1)] ?? null;
}
