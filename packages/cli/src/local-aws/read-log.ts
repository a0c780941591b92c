import { isObject, metrics, parseJson } from '@xacct/core';

/** What one line of the forwarder's log reports. */
export type LogEntry =
  | {
      kind: 'counts';
      route: string;
      /** Undefined where the forwarder counts by route only. */
      target: string | undefined;
      counts: Counts;
      /** Ms, of each call. */
      latencies: number[];
    }
  | {
      kind: 'failure';
      message: string;
      route?: string;
      target?: string;
      /** How the forwarder classes it. */
      class?: string;
      reason: string;
      records: number;
    }
  /** Metrics of something else; of no interest here. */
  | { kind: 'other metrics' }
  /** The error of a function's own code, as the runtime client logs it. */
  | { kind: 'error'; reason: string; place: string | undefined }
  | { kind: 'line' };

/** Records by what became of them. In = delivered + filtered + parked + paused + failed. */
export interface Counts {
  recordsIn: number;
  delivered: number;
  filtered: number;
  parked: number;
  paused: number;
  failed: number;
}

/** A value for each count. */
function mapCounts<T>(make: (kind: keyof Counts) => T): Record<keyof Counts, T> {
  return {
    recordsIn: make('recordsIn'),
    delivered: make('delivered'),
    filtered: make('filtered'),
    parked: make('parked'),
    paused: make('paused'),
    failed: make('failed'),
  };
}

const { dimensions, ofTarget } = metrics;

/** Reads a line that a function logged: one of the forwarder's metrics or errors, or anything else. */
export function readLog(line: string): LogEntry {
  const [, invokeError] =
    /\tERROR\t(?:Invoke Error|Uncaught Exception|Unhandled Promise Rejection) *\t(\{.*)$/.exec(line) ?? [];
  if (invokeError !== undefined) return readError(invokeError);
  const entry = parseObject(line);
  if (entry === undefined) return { kind: 'line' };
  const text = (name: string) => {
    const value = entry[name];
    return typeof value === 'string' ? value : undefined;
  };
  const number = (name: string) => {
    const value = entry[name];
    return typeof value === 'number' ? value : 0;
  };

  if ('_aws' in entry) {
    const [route, target] = [text(dimensions.route), text(dimensions.target)];
    if (route === undefined) return { kind: 'other metrics' };
    const latencies = entry[ofTarget.invokeLatency];
    return {
      kind: 'counts',
      route,
      target,
      counts: mapCounts((kind) => number(ofTarget[kind])),
      latencies: Array.isArray(latencies) ? latencies.map(Number) : [],
    };
  }
  if (text('level') !== 'error' && text('level') !== 'ERROR') return { kind: 'line' };
  const [route, target, failureClass] = [text('route'), text('target'), text('class')];
  const message = text('message') ?? line;
  return {
    kind: 'failure',
    message,
    ...(route !== undefined && { route }),
    ...(target !== undefined && { target }),
    ...(failureClass !== undefined && { class: failureClass }),
    reason: text('reason') ?? message,
    records: number('records'),
  };
}

function readError(json: string): LogEntry {
  const { errorType, errorMessage, stack } = parseObject(json) ?? {};
  const frames = Array.isArray(stack) ? stack.map(String) : [];
  // The frames of the runtime client are of no use.
  const place = frames.find((frame) => /^\s+at /.test(frame) && !frame.includes('/aws-lambda-ric/'))?.trim();
  return { kind: 'error', reason: `${errorType}: ${errorMessage}`, place };
}

function parseObject(line: string): Record<string, unknown> | undefined {
  const value = line.startsWith('{') ? parseJson(line) : undefined;
  return isObject(value) ? value : undefined;
}
