import type { Stream } from '../model/routes.ts';

/**
 * The parameter that holds a route: the handler finds it from a record's `eventSourceARN`.
 *
 * @param prefix `parameterPrefix` of the forwarder
 */
export function parameterName(prefix: string, stream: Pick<Stream, 'service' | 'name'>): string {
  return `${prefix}/${stream.service}/${stream.name}`;
}

/** The parameter of a part of a route that needs several; part 0 is the route's own. */
export function parameterPartName(parameter: string, part: number): string {
  return part === 0 ? parameter : `${parameter}/${part}`;
}
