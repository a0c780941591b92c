import { PARKED_PREFIX } from '@xacct/core';

/** The prefix of parked records of a route to which no message refers. */
export const parkedPrefix = (route: string) => `${PARKED_PREFIX}${route}/`;

/** The prefix of batches that the event source mappings of a forwarder gave up, with a folder for each mapping. */
export const GIVEN_UP_PREFIX = 'aws/lambda/';

/** The ID of the event source mapping that gave up a batch. */
export function mappingOf(key: string): string {
  return key.slice(GIVEN_UP_PREFIX.length).split('/')[0] ?? '';
}
