/** How the keys of objects begin that hold records which wait to be sent again. The forwarder may read and delete them. */
export const WAITING_PREFIX = 'waiting/';

/** How the keys of objects begin that hold parked records to which no message refers. */
export const PARKED_PREFIX = 'parked/';

const PAUSED_PREFIX = `${WAITING_PREFIX}paused/`;

/**
 * How the keys of objects begin that hold the records of a paused target. The rest of a key is the time at which the first record
 * arrived, so that keys in order are records in order of arrival. No message refers to such an object: to resume the target, it
 * is copied to another key under `waiting/`, a message refers to the copy, and then it is deleted.
 *
 * @param functionArn ARN of the target; undefined: of all targets of the route
 */
export function pausedPrefix(route: string, functionArn?: string): string {
  const ofRoute = `${PAUSED_PREFIX}${route}/`;
  return functionArn === undefined ? ofRoute : `${ofRoute}${functionArn}/`;
}

/** Whether an object holds the records of a paused target. */
export function isPausedKey(key: string): boolean {
  return key.startsWith(PAUSED_PREFIX);
}
