import { type Forwarder, metrics as names } from '@xacct/core';

/** What became of a target's records in one invocation. In = delivered + filtered + parked + paused + failed. */
export interface TargetCounts {
  recordsIn: number;
  delivered: number;
  filtered: number;
  parked: number;
  paused: number;
  failed: number;
  /** Milliseconds of each call. */
  invokeLatency: readonly number[];
}

export type ForwarderCount = keyof typeof names.ofForwarder;

export interface Metrics {
  /** Counts for the forwarder, all routes together. */
  add(count: ForwarderCount, by?: number): void;
  addTarget(route: string, target: string, counts: TargetCounts): void;
  /** Writes what was counted since. */
  flush(): void;
}

/** Values of one metric that a document holds at the most. */
const VALUES = 100;

/**
 * Writes metrics as log lines in CloudWatch's embedded metric format, from which CloudWatch Logs extracts them: no call
 * is made for them. Nothing is written for a count of 0, since each metric with its dimensions is billed for every hour
 * in which it has a value.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
 */
export function createMetrics(options: {
  /** Name of this function. */
  forwarder: string;
  /** `route`: the targets of a route are counted together, in one line for each invocation. */
  detail?: Forwarder['metrics'];
  write?: (lines: string) => void;
  now?: () => number;
}): Metrics {
  const {
    forwarder,
    detail = 'target',
    write = (lines) => process.stdout.write(lines),
    now = Date.now,
  } = options;
  const { dimensions, ofTarget, ofForwarder } = names;
  const counts = new Map<ForwarderCount, number>();
  /** What was counted of all targets of a route. */
  const byRoute = new Map<string, TargetCounts>();
  let lines: string[] = [];

  const placeOf = (route: string) => ({ [dimensions.forwarder]: forwarder, [dimensions.route]: route });
  const valuesOf = ({ invokeLatency, ...records }: TargetCounts) => ({
    [ofTarget.recordsIn]: records.recordsIn,
    [ofTarget.delivered]: records.delivered,
    [ofTarget.filtered]: records.filtered,
    [ofTarget.parked]: records.parked,
    [ofTarget.paused]: records.paused,
    [ofTarget.failed]: records.failed,
    [ofTarget.invokeLatency]: invokeLatency.slice(0, VALUES),
  });

  /** `values` by metric; a list holds one value for each thing measured, in milliseconds. */
  const document = (
    sets: string[][],
    places: Record<string, string>,
    values: Record<string, number | readonly number[]>,
  ) => {
    const counted = Object.entries(values).filter(([, value]) =>
      typeof value === 'number' ? value > 0 : value.length > 0,
    );
    if (counted.length === 0) return;
    const directive = {
      Namespace: names.namespace,
      Dimensions: sets,
      Metrics: counted.map(([Name, value]) => ({
        Name,
        Unit: typeof value === 'number' ? 'Count' : 'Milliseconds',
      })),
    };
    const head = { _aws: { Timestamp: now(), CloudWatchMetrics: [directive] } };
    lines.push(`${JSON.stringify({ ...head, ...places, ...Object.fromEntries(counted) })}\n`);
  };

  return {
    add(count, by = 1) {
      counts.set(count, (counts.get(count) ?? 0) + by);
    },
    addTarget(route, target, counted) {
      if (detail === 'route') {
        byRoute.set(route, sumOf(byRoute.get(route), counted));
        return;
      }
      const sets = [
        [dimensions.forwarder, dimensions.route],
        [dimensions.forwarder, dimensions.route, dimensions.target],
      ];
      document(sets, { ...placeOf(route), [dimensions.target]: target }, valuesOf(counted));
    },
    flush() {
      for (const [route, counted] of byRoute)
        document([[dimensions.forwarder, dimensions.route]], placeOf(route), valuesOf(counted));
      byRoute.clear();
      const values = Object.fromEntries(Array.from(counts, ([count, value]) => [ofForwarder[count], value]));
      document([[dimensions.forwarder]], { [dimensions.forwarder]: forwarder }, values);
      counts.clear();
      if (lines.length > 0) write(lines.join(''));
      lines = [];
    },
  };
}

function sumOf(one: TargetCounts | undefined, other: TargetCounts): TargetCounts {
  if (one === undefined) return other;
  return {
    recordsIn: one.recordsIn + other.recordsIn,
    delivered: one.delivered + other.delivered,
    filtered: one.filtered + other.filtered,
    parked: one.parked + other.parked,
    paused: one.paused + other.paused,
    failed: one.failed + other.failed,
    invokeLatency: [...one.invokeLatency, ...other.invokeLatency],
  };
}
