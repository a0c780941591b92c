import type { ForwarderAlarm, RouteAlarm } from '../alarms/alarm-owner.ts';
import type { Figures } from './figures.ts';

/** The worst first. `uncounted`: no failure is known, and the forwarder counts by route only. */
export const STATES = [
  'denied',
  'dead',
  'alarm',
  'unknown',
  'waiting',
  'failing',
  'paused',
  'ok',
  'quiet',
  'uncounted',
] as const;

export type State = (typeof STATES)[number];

/** The last failure that the forwarder's log reports. */
export interface LastFailure {
  /** ISO 8601. */
  at: string;
  class: string;
  reason: string;
}

/** What a queue holds now. */
export interface Waiting {
  messages: number;
  /** Age of the oldest; null where there is none, or where SQS has not reported it yet. */
  oldestSeconds: number | null;
}

export interface RaisedAlarm<Watched> {
  watched: Watched;
  /** ISO 8601; null where it is not known. */
  since: string | null;
}

export interface TargetStatus {
  /** ARN of the function. */
  target: string;
  /** What is the matter, the worst first. */
  states: State[];
  /** Null where the forwarder counts by route only. */
  figures: Figures | null;
  lastFailure: LastFailure | null;
}

export interface RouteStatus {
  route: string;
  forwarder: string;
  states: State[];
  /** Records that producers put into the stream; null for a table's stream, which nobody counts. */
  incoming: number | null;
  figures: Figures;
  /** How far the reader is behind, in ms; null where nothing was read lately. */
  readDelay: number | null;
  /** Null where the queue cannot be read. */
  waiting: Waiting | null;
  dead: Waiting | null;
  alarms: RaisedAlarm<RouteAlarm>[];
  /** The worst first. */
  targets: TargetStatus[];
}

export interface ForwarderStatus {
  forwarder: string;
  alarms: RaisedAlarm<ForwarderAlarm>[];
}

export interface Status {
  /** ISO 8601: the time that the figures are of. */
  from: string;
  to: string;
  /** The worst first. */
  routes: RouteStatus[];
  /** Those with an alarm. */
  forwarders: ForwarderStatus[];
  /** What could not be read. */
  unread: string[];
}

/** Whether somebody has to act, or to know of it. */
export function isTrouble({ states }: { states: readonly State[] }): boolean {
  return states.some((state) => STATES.indexOf(state) < STATES.indexOf('paused'));
}
