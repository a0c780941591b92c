import type { SQSClient } from '@aws-sdk/client-sqs';
import { type ParkedRecords, type Route, receiverOf, streamFromArn } from '@xacct/core';
import { isSameStream } from '../queues/is-same-stream.ts';

/** Why a dead letter stays where it is. */
export type Staying =
  /** It does not hold parked records of this route. */
  | 'foreign'
  /** Its target, or its stream, is not in the route: the forwarder could only send it back here. */
  | 'notRouted'
  | 'otherTarget'
  /** It was parked before the time asked for. */
  | 'older';

export interface Choice {
  route: Route;
  /** ARNs of the functions whose dead letters move; undefined: all. */
  targets: ReadonlySet<string> | undefined;
  /** Epoch ms; undefined: whatever its time. */
  since: number | undefined;
  /** Name of the route that parked them; by default the route itself. */
  from?: string | undefined;
  /** ARN of the function that gets only the dead letters whose target or stream is no longer in the route. */
  to?: string | undefined;
}

/** How what is chosen moves to the retry queue. */
export interface Move extends Choice {
  sqs: Pick<SQSClient, 'send'>;
  /** Messages a second, at most. */
  rate: number;
  /** Sends and deletes nothing. */
  dryRun: boolean;
  /** Ends the run between two messages, or two objects. */
  signal: AbortSignal;
  /** Called after each message, or object, that has moved, with their number so far. */
  onMoved(number: number): void;
  /** Epoch ms. */
  now(): number;
}

/** Why a dead letter stays; undefined for one that moves. */
export function whyStaying(
  parked: ParkedRecords | undefined,
  { route, targets, since, from = route.name, to }: Choice,
): Staying | undefined {
  if (parked === undefined || parked.route !== from) return 'foreign';
  const routed = isRouted(parked, route);
  if (!routed && to === undefined) return 'notRouted';
  if (routed && to !== undefined) return 'otherTarget';
  if (targets !== undefined && !targets.has(parked.target)) return 'otherTarget';
  // An invalid time is not known to be late enough.
  if (since !== undefined && !(Date.parse(parked.parkedAt) >= since)) return 'older';
  return undefined;
}

/** The address of a dead letter that moves. */
export function addressOf(
  parked: ParkedRecords,
  { route, to }: Choice,
): Pick<ParkedRecords, 'route' | 'streamArn' | 'target'> {
  const { streamArn, target } = parked;
  return to === undefined
    ? { route: route.name, streamArn, target }
    : { route: route.name, streamArn: route.stream.arn, target: to };
}

function isRouted({ streamArn, target }: ParkedRecords, { stream, targets }: Route): boolean {
  const from = streamFromArn(streamArn);
  const sameStream = from !== undefined && isSameStream(from, stream);
  return sameStream && receiverOf(targets, target) !== undefined;
}
