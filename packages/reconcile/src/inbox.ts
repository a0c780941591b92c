import { createRecordFilter, type FilteredRecord } from '@xacct/core';
import type { DeployedRoute } from './deployed-routes.ts';

/** A record that a stream took. */
export interface PutRecord {
  /** `eventID` of the record that a function will get. */
  eventId: string;
  /** The part that filters read. */
  record: FilteredRecord;
  /** The content that will arrive, as `contentOf` a record. */
  content: string;
  /** Epoch ms. */
  putAt: number;
}

interface Arrivals {
  content: string;
  /** Epoch ms, one for each time that the record arrived. */
  times: number[];
  /** Request IDs of the invocations that brought it, in the same order. */
  requestIds: string[];
}

/** What arrives at one function from one stream, by event ID. */
export interface Inbox {
  streamArn: string;
  /** With its alias or version. */
  functionArn: string;
  arrivals: Map<string, Arrivals>;
  /** The routes that lead here: an arrival of each record is due for each route whose filters let it through. */
  entries: Entry[];
}

export interface Entry {
  route: DeployedRoute;
  target: DeployedRoute['targets'][number];
  inbox: Inbox;
  matches: (record: FilteredRecord) => boolean;
  /** Event IDs of the records that the filters of the mapping or the target drop. */
  filtered: Set<string>;
  /** Event IDs of the records that the mapping is done with. */
  settled: Set<string>;
}

/**
 * One inbox for each stream and function of the routes.
 *
 * @returns `entries` in the order of the routes and their targets
 */
export function createInboxes(routes: readonly DeployedRoute[]): { inboxes: Inbox[]; entries: Entry[] } {
  const inboxes = new Map<string, Inbox>();
  const entries: Entry[] = [];
  for (const route of routes) {
    const { streamArn } = route;
    for (const target of route.targets) {
      const { functionArn, filter } = target;
      const key = `${streamArn} ${functionArn}`;
      const inbox: Inbox = inboxes.get(key) ?? { streamArn, functionArn, arrivals: new Map(), entries: [] };
      inboxes.set(key, inbox);
      const matches = createRecordFilter(filter === undefined ? [] : [filter]);
      const entry: Entry = { route, target, inbox, matches, filtered: new Set(), settled: new Set() };
      inbox.entries.push(entry);
      entries.push(entry);
    }
  }
  return { inboxes: [...inboxes.values()], entries };
}

/** The routes of an inbox whose filters let a record through. */
function openTo(inbox: Inbox, eventId: string): Entry[] {
  return inbox.entries.filter(({ filtered }) => !filtered.has(eventId));
}

/** Arrivals of a record that are still due at an inbox. At a paused target nothing arrives: its mapping is done with the record. */
export function dueOf(inbox: Inbox, eventId: string): number {
  const arrived = inbox.arrivals.get(eventId)?.times.length ?? 0;
  const due = openTo(inbox, eventId).filter(({ target, settled }) => !target.paused || !settled.has(eventId));
  return Math.max(0, due.length - arrived);
}

/** The routes that the arrivals of a record count for, in order. A record that no route lets through counts for the first. */
export function takersOf(inbox: Inbox, eventId: string): Entry[] {
  const open = openTo(inbox, eventId);
  return open.length > 0 ? open : inbox.entries.slice(0, 1);
}
