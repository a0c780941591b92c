import type { Path, Report } from '../../problems/problem.ts';
import type { Resolved } from '../resolve/resolve-routes.ts';
import type { SoundFile } from '../resolve/sound-part.ts';
import { checkAlarmTopics } from './check-alarm-topics.ts';
import { checkBlocking } from './check-blocking.ts';
import { checkBoundary } from './check-boundary.ts';
import { checkEncryption } from './check-encryption.ts';
import { checkFilters } from './check-filters.ts';
import { checkForwarders } from './check-forwarders.ts';
import { checkStreamOptions } from './check-stream-options.ts';
import { checkTimeouts } from './check-timeouts.ts';

/**
 * Finds options that AWS would refuse, or that do not do what they seem to.
 *
 * @param wrong the places that the shape check found wrong, which `file` lacks
 */
export function checkOptions(
  file: SoundFile,
  resolved: Resolved,
  wrong: readonly Path[],
  report: Report,
  warn: Report,
): void {
  const { routes, pathOf } = resolved;
  for (const route of routes.routes) {
    const path = pathOf.get(route) ?? [];
    const entry = file.routes[Number(path[1])];
    if (entry !== undefined) checkStreamOptions(route, entry, path, report, warn);
  }
  const isKnown = (forwarder: string) =>
    !wrong.some(([key, name = forwarder]) => key === 'forwarders' && name === forwarder);
  checkBoundary(routes, report);
  checkAlarmTopics(file, routes.source, report);
  checkEncryption(file, resolved, report, warn);
  checkBlocking(file, resolved, warn);
  checkTimeouts(file, resolved, isKnown, report, warn);
  checkFilters(file, resolved, report);
  checkForwarders(file, routes.routes, report, warn);
}
