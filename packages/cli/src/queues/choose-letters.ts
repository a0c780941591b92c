import { type ParkedRecords, type Route, type Stream, streamFromArn } from '@xacct/core';

/** Why a dead letter stays where it is. */
export type Staying =
  /** It is no parked records of this route. */
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
}

/** Why a dead letter stays; undefined for one that moves. */
export function whyStaying(
  parked: ParkedRecords | undefined,
  { route, targets, since }: Choice,
): Staying | undefined {
  if (parked === undefined || parked.route !== route.name) return 'foreign';
  if (!isRouted(parked, route)) return 'notRouted';
  if (targets !== undefined && !targets.has(parked.target)) return 'otherTarget';
  // A time that is none is not known to be late enough.
  if (since !== undefined && !(Date.parse(parked.parkedAt) >= since)) return 'older';
  return undefined;
}

function isRouted({ streamArn, target }: ParkedRecords, { stream, targets }: Route): boolean {
  const from = streamFromArn(streamArn);
  const sameStream = from !== undefined && isSameStream(from, stream);
  return sameStream && targets.some(({ functionArn }) => functionArn === target);
}

/** The forwarder finds the route by the stream's name: a table's stream may have another ARN by now. */
export function isSameStream(one: Stream, other: Stream): boolean {
  return one.service === other.service && one.name === other.name;
}
