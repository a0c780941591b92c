import type { IConstruct } from 'constructs';
import { forwarderPlace, type Place } from './forwarder-place.ts';
import type { ForwarderProps } from './forwarder-props.ts';
import { knownValue } from './known-value.ts';
import { createLateNames, type LateNames } from './late-names.ts';
import { readFileOf } from './routes.ts';
import type { RoutesFile } from './routes-file.ts';

/** What stays the same for a forwarder. */
export interface ForwarderContext {
  /** Path of the construct, for messages. */
  path: string;
  forwarderName: string;
  place: Place;
  late: LateNames;
  /** Absent for a forwarder without a file. */
  read: { fileName: string; file: RoutesFile } | undefined;
}

/** @throws {Error} when the stack is not that of the streams, or the file has several forwarders and none is named */
export function forwarderContext(
  scope: IConstruct,
  { routes, forwarderName }: ForwarderProps,
): ForwarderContext {
  const { path } = scope.node;
  const read = routes === undefined ? undefined : readFileOf(routes);
  const place = forwarderPlace(scope, read && { name: read.fileName, source: read.file.source });
  const names = routes?.forwarderNames ?? [];
  if (forwarderName === undefined && names.length > 1)
    throw new Error(
      `${path}: ${read?.fileName} has the forwarders ${names.map((name) => `"${name}"`).join(', ')}: make a Forwarder for each, and pass its name as \`forwarderName\``,
    );
  const named = forwarderName ?? names[0] ?? 'default';
  return {
    path,
    forwarderName: knownValue(named, `${path}: forwarderName`),
    place,
    late: createLateNames(),
    read,
  };
}
