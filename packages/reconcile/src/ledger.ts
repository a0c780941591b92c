import { createRecordFilter, type FilteredRecord } from '@xacct/core';
import type { DeployedRoute } from './deployed-routes.ts';
import type { Arrival } from './arrivals.ts';
import type { KeptRecords } from './kept-records.ts';
import { type DuplicateCauses, Redeliveries } from './redeliveries.ts';

/** A record that a stream took. */
export interface PutRecord {
  /** As `eventID` of the record that a function will get. */
  eventId: string;
  /** What filters look at. */
  record: FilteredRecord;
  /** What will arrive of it, as `contentOf` a record. */
  content: string;
  /** Epoch ms. */
  putAt: number;
}

/** What became of the records of a route at one target: put = delivered + filtered + parked + failed + lost. */
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
  /** Waits for this target, in a queue or in the failure bucket. */
  parked: number;
  /** Reported to the mapping: it brings them again, or has given them up into the failure bucket. */
  failed: number;
  /** Arrivals beyond the first of a record. */
  duplicates: number;
  duplicateCauses: DuplicateCauses;
  /** None of these, though the mapping is done with them. */
  lost: number;
  /** From put to arrival, in ms; null where nothing arrived. */
  p50Ms: number | null;
  p95Ms: number | null;
}

interface Arrivals {
  content: string;
  /** Epoch ms, one for each time that the record arrived. */
  times: number[];
  /** Of the invocations that brought it, in the same order. */
  requestIds: string[];
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
  /** Event ids of what the mapping is done with. */
  settled: Set<string>;
}

/** Accounts for every record put, at every target: arrived as it was put, or not. */
export class Ledger {
  /** By stream ARN, then by event id. */
  readonly #put = new Map<string, Map<string, PutRecord>>();
  readonly #inboxes = new Map<string, Inbox>();
  readonly #entries: Entry[] = [];
  readonly #redeliveries = new Redeliveries();
  #outstanding = 0;

  constructor(routes: readonly DeployedRoute[]) {
    for (const route of routes) {
      this.#put.set(route.streamArn, new Map());
      for (const target of route.targets) {
        const key = keyOf(route.streamArn, target.functionArn);
        const inbox: Inbox = this.#inboxes.get(key) ?? { arrivals: new Map(), entries: [] };
        this.#inboxes.set(key, inbox);
        const entry = {
          route,
          target,
          inbox,
          matches: matcherOf(target),
          filtered: new Set<string>(),
          settled: new Set<string>(),
        };
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

  /** The mapping of a route is done with records: its function took them, or it has given them up. */
  recordSettled(routeName: string, eventIds: readonly string[]): void {
    for (const { route, settled } of this.#entries) {
      if (route.name !== routeName) continue;
      for (const eventId of eventIds) settled.add(eventId);
    }
  }

  /** A mapping invoked its forwarder. */
  recordInvocation(invocation: Parameters<Redeliveries['recordInvocation']>[0]): void {
    this.#redeliveries.recordInvocation(invocation);
  }

  /** @param requestId of a call whose answer did not reach its caller */
  recordUnanswered(requestId: string): void {
    this.#redeliveries.recordUnanswered(requestId);
  }

  recordArrival({ streamArn, functionArn, requestId, receivedAt, records }: Arrival): void {
    const inbox = this.#inboxes.get(keyOf(streamArn, functionArn));
    if (inbox === undefined) return;
    for (const { eventId, content } of records) {
      const known = inbox.arrivals.get(eventId) ?? { content, times: [], requestIds: [] };
      inbox.arrivals.set(eventId, known);
      known.requestIds.push(requestId);
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
      const ofRoute = kept.filter(({ streamArn }) => streamArn === route.streamArn);
      const idsOf = (isFor: (records: KeptRecords) => boolean) =>
        new Set(ofRoute.filter(isFor).flatMap(({ eventIds }) => eventIds));
      const waiting = idsOf(({ targetArn }) => targetArn === target.functionArn);
      const givenUp = idsOf(({ forwarderArn }) => forwarderArn === route.forwarderArn);
      const put = this.#put.get(route.streamArn) ?? new Map<string, PutRecord>();
      const latencies: number[] = [];
      let filtered = 0;
      let parked = 0;
      let failed = 0;
      let duplicates = 0;
      const duplicateCauses = { event: 0, answer: 0, stream: 0, queue: 0, unexplained: 0 };
      for (const [eventId, record] of put) {
        const takers = takersOf(inbox, eventId);
        const rank = takers.indexOf(entry);
        const arrival = inbox.arrivals.get(eventId);
        const receivedAt = arrival?.times[rank];
        if (arrival === undefined || receivedAt === undefined || arrival.content !== record.content) {
          if (entry.filtered.has(eventId)) filtered += 1;
          else if (waiting.has(eventId)) parked += 1;
          else if (givenUp.has(eventId) || !entry.settled.has(eventId)) failed += 1;
          continue;
        }
        latencies.push(receivedAt - record.putAt);
        const further = arrival.times.length - takers.length;
        if (rank !== 0 || further <= 0) continue;
        duplicates += further;
        const causes = this.#redeliveries.explain(
          {
            streamArn: route.streamArn,
            functionArn: target.functionArn,
            forwarderArns: takers.map((taker) => taker.route.forwarderArn),
            eventId,
            requestIds: arrival.requestIds,
          },
          further,
        );
        for (const cause of CAUSES) duplicateCauses[cause] += causes[cause];
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
        failed,
        duplicates,
        duplicateCauses,
        lost: put.size - delivered - filtered - parked - failed,
        p50Ms: percentile(latencies, 0.5),
        p95Ms: percentile(latencies, 0.95),
      };
    });
  }
}

const CAUSES = ['event', 'answer', 'stream', 'queue', 'unexplained'] as const;

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
