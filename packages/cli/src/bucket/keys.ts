/** Where the forwarder keeps parked records of a route that no message refers to. */
export const parkedPrefix = (route: string) => `parked/${route}/`;

/** Where Lambda keeps batches that the event source mappings of a forwarder gave up, in a folder for each mapping. */
export const GIVEN_UP_PREFIX = 'aws/lambda/';

/** The id of the event source mapping that gave up a batch. */
export function mappingOf(key: string): string {
  return key.slice(GIVEN_UP_PREFIX.length).split('/')[0] ?? '';
}
