/** Asks a forwarder to check one route: what `xacct doctor` invokes it with. No record is delivered. */
export interface ProbeRequest {
  xacct: 'probe/1';
  /** Name of the route. */
  route: string;
  /** ARN of the stream or of the table's stream, as the event source mapping has it. */
  streamArn: string;
  /**
   * Which part of the targets, from 0. A part has at most 100 targets, so that an invocation has time for all of them. Part 0 also
   * checks the retry queue and the failure bucket.
   *
   * @default 0
   */
  part?: number;
}

/** The answer of a forwarder to a probe. */
export interface ProbeAnswer {
  xacct: 'probe/1';
  /** Parts of the route's targets; 0 where the route could not be read. */
  parts: number;
  /** Whether the route could be read as it would be for records. */
  parameter: ProbeOutcome;
  /** The targets of the part. */
  targets: ProbedTarget[];
  /** A message was sent to the retry queue; the forwarder drops it when it gets it. Only in part 0. */
  retryQueue?: ProbeOutcome;
  /** An object was put into the failure bucket, read and deleted. Only in part 0. */
  failureBucket?: ProbeOutcome;
}

/** What a probe found of one target. */
export interface ProbedTarget {
  /** ARN of the function. */
  target: string;
  /** ARN of the role that was assumed for it. */
  role: string;
  paused?: true;
  outcome: ProbeOutcome;
}

/** `ok`, or a failure in the classes that delivery uses. */
export type ProbeOutcome = 'ok' | { class: string; reason: string };

/** The body of the message that a probe sends to a retry queue. */
export const PROBE_MESSAGE = '{"xacct":"probe/1"}';

/** Whether an event asks a forwarder for a probe. */
export function isProbeRequest(event: unknown): event is ProbeRequest {
  const { xacct, route, streamArn, part = 0 } = (event ?? {}) as Partial<Record<keyof ProbeRequest, unknown>>;
  return (
    xacct === 'probe/1' &&
    typeof route === 'string' &&
    typeof streamArn === 'string' &&
    Number.isInteger(part) &&
    (part as number) >= 0
  );
}
