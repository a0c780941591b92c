import type { Arrival } from './arrivals.ts';
import type { DeployedRoute } from './deployed-routes.ts';
import { createInboxes, dueOf, type Inbox, type PutRecord } from './inbox.ts';
import type { KeptRecords } from './kept-records.ts';
import { createRedeliveries, type Redeliveries } from './redeliveries.ts';
import { type TargetTally, tallyOf } from './tally.ts';

/** Tallies every record put, at every target: whether it arrived as it was put, and if not, where it is. */
export interface Ledger extends Pick<Redeliveries, 'recordInvocation' | 'recordUnanswered'> {
  /** Number of arrivals that are still due, over all targets. */
  readonly outstanding: number;
  /** An arrival, or that a mapping dropped the record, may be recorded before its put. */
  recordPut(streamArn: string, records: readonly PutRecord[]): void;
  /** The mapping of a route dropped records: none of the route's targets will get them. */
  recordFiltered(routeName: string, eventIds: readonly string[]): void;
  /** The mapping of a route is done with records: the function took them, or they were given up. */
  recordSettled(routeName: string, eventIds: readonly string[]): void;
  recordArrival(arrival: Arrival): void;
  /**
   * One tally for each target of each route.
   *
   * @param kept records that wait somewhere at this moment; none by default
   * @param paused records that are kept for paused targets; none by default
   */
  tallies(kept?: readonly KeptRecords[], paused?: readonly KeptRecords[]): TargetTally[];
}

/** @param routes whose records are put from now on */
export function createLedger(routes: readonly DeployedRoute[]): Ledger {
  /** By stream ARN, then by event ID. */
  const put = new Map(routes.map(({ streamArn }) => [streamArn, new Map<string, PutRecord>()]));
  const { inboxes, entries } = createInboxes(routes);
  const redeliveries = createRedeliveries();
  let outstanding = 0;

  /** Makes a change to what is due of a record at an inbox. */
  const change = (streamArn: string, inbox: Inbox, eventId: string, work: () => void) => {
    const before = dueOf(inbox, eventId);
    work();
    if (put.get(streamArn)?.has(eventId)) outstanding += dueOf(inbox, eventId) - before;
  };
  const entriesOf = (routeName: string) => entries.filter(({ route }) => route.name === routeName);

  return {
    get outstanding() {
      return outstanding;
    },
    recordPut(streamArn, records) {
      for (const record of records) {
        put.get(streamArn)?.set(record.eventId, record);
        for (const inbox of inboxes) {
          if (inbox.streamArn !== streamArn) continue;
          for (const { matches, filtered } of inbox.entries)
            if (!matches(record.record)) filtered.add(record.eventId);
          outstanding += dueOf(inbox, record.eventId);
        }
      }
    },
    recordFiltered(routeName, eventIds) {
      for (const { route, inbox, filtered } of entriesOf(routeName))
        for (const eventId of eventIds) change(route.streamArn, inbox, eventId, () => filtered.add(eventId));
    },
    recordSettled(routeName, eventIds) {
      for (const { route, inbox, settled } of entriesOf(routeName))
        for (const eventId of eventIds) change(route.streamArn, inbox, eventId, () => settled.add(eventId));
    },
    recordArrival({ streamArn, functionArn, requestId, receivedAt, records }) {
      const inbox = inboxes.find((one) => one.streamArn === streamArn && one.functionArn === functionArn);
      if (inbox === undefined) return;
      for (const { eventId, content } of records) {
        const known = inbox.arrivals.get(eventId) ?? { content, times: [], requestIds: [] };
        inbox.arrivals.set(eventId, known);
        known.requestIds.push(requestId);
        change(streamArn, inbox, eventId, () => known.times.push(receivedAt));
      }
    },
    recordInvocation: redeliveries.recordInvocation,
    recordUnanswered: redeliveries.recordUnanswered,
    tallies: (kept = [], paused = []) =>
      entries.map((entry) =>
        tallyOf(entry, put.get(entry.route.streamArn) ?? new Map(), { kept, paused }, redeliveries),
      ),
  };
}
