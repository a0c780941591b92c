import type { ForwarderAlarm, RouteAlarm } from '../alarms/alarm-owner.ts';

/** The worst first. `uncounted`: no failure is known, and the forwarder counts by route only. */
export const STATES = [
  'denied',
  'dead',
  'alarm',
  'unknown',
  'waiting',
  'failing',
  'paused',
  'off',
  'ok',
  'quiet',
  'uncounted',
] as const;

export type State = (typeof STATES)[number];

/** What became of records in a time, for a route or one of its targets. A route's are the sums of its targets'. */
export interface Figures {
  /** Records, once each. */
  delivered: number;
  filtered: number;
  /** Kept until the target is resumed; in a local AWS those that are kept now, like `waiting` and `dead`. */
  paused: number;
  /** Records, each time that they were parked or sent back to wait. */
  parked: number;
  /** Records, each time that they were reported to the mapping. */
  failed: number;
  /** Calls of the function, retries included. */
  calls: number;
  /** Ms, of the period in which it was highest; null without a call. */
  p50: number | null;
  p99: number | null;
}

/** How the forwarder's log reports a failure of a target. */
export const TARGET_FAILED = 'A target did not take records';

/** The last failure of a target that the forwarder's log reports. It may be over. */
export interface LastFailure {
  /** ISO 8601. */
  at: string;
  class: string;
  reason: string;
}

/** What a queue holds now. */
export interface Waiting {
  messages: number;
  /** Records in them; null where nobody may look into them. */
  records: number | null;
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
  /** How the function is called, and what happens with what it does not take. */
  invocation: string;
  onFailure: string;
  /** What is the matter, the worst first. */
  states: State[];
  /** Null where the forwarder counts by route only. */
  figures: Figures | null;
  /** A second, in the last seconds; null for a deployment, which is not seen so exactly. */
  deliveredPerSecond: number | null;
  /** Records for this target that wait now, and that nothing sends again by itself; null where nobody may look into the messages. */
  waiting: number | null;
  dead: number | null;
  lastFailure: LastFailure | null;
}

export interface RouteStatus {
  route: string;
  /** Name of the stream, or of the table. */
  stream: string;
  forwarder: string;
  /** Whether the event source mapping reads the stream, as it was deployed. */
  enabled: boolean;
  states: State[];
  /** Records that producers put into the stream; null for a table's stream, which nobody counts. */
  incoming: number | null;
  figures: Figures;
  deliveredPerSecond: number | null;
  /** How far the reader is behind, in ms; null where nothing was read lately. */
  readDelay: number | null;
  /** Why the forwarder fails with batches of the stream as a whole; null where it does not, and for a deployment. */
  batchFailure: { at: string; reason: string } | null;
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

/** A failure, and how often it came in the same way. */
export interface Failure {
  /** ISO 8601, of the last time. */
  at: string;
  /** Null where it concerns no single route, or no single target. */
  route: string | null;
  /** ARN of the function. */
  target: string | null;
  /** Name of the function whose own code failed. */
  functionName: string | null;
  reason: string;
  times: number;
}

/** What the last edit of the routes file came to. */
export interface Edit {
  /** ISO 8601. */
  at: string;
  /** Otherwise the file before runs on. */
  applied: boolean;
  /** Several lines if something is wrong. */
  text: string;
}

/** What a system of routes does, deployed or local. Plain data: it is what `--json` prints and what the page gets. */
export interface Status {
  system: {
    /** `local` counts from its start, `deployed` over the time that was asked for. */
    kind: 'deployed' | 'local';
    /** The source's. */
    account: string;
    region: string;
    /** Address of the local AWS; null for a deployment. */
    endpoint: string | null;
  };
  /** ISO 8601: the time that the figures are of. */
  from: string;
  to: string;
  /** The worst first. */
  routes: RouteStatus[];
  /** Those with an alarm. */
  forwarders: ForwarderStatus[];
  /** What failed besides the deliveries to targets, the newest first; nothing for a deployment, whose alarms watch it. */
  failures: Failure[];
  /** The last edit of the routes file that a local AWS follows; null without one. */
  edit: Edit | null;
  /** Names of the routes file, by account ID. */
  accountNames: Record<string, string>;
  /** What could not be read. */
  unread: string[];
}

/** Whether somebody has to act, or to know of it. */
export function isTrouble({ states }: { states: readonly State[] }): boolean {
  return states.some((state) => STATES.indexOf(state) < STATES.indexOf('paused'));
}

/** Whether anything was counted. */
export function isCounted({ delivered, filtered, parked, paused, failed }: Figures): boolean {
  return delivered + filtered + parked + paused + failed > 0;
}
