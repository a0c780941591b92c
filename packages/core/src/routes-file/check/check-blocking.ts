import { formatPath, type Report } from '../../problems/problem.ts';
import type { Resolved } from '../resolve/resolve-routes.ts';
import type { SoundFile } from '../resolve/sound-part.ts';
import { placeOfOption, placeOfRouteOption } from './place-of-option.ts';

/**
 * Finds what keeps `block` from keeping records in order. Each is reported once for the place where it is written, however
 * many routes and targets it holds for.
 */
export function checkBlocking(file: SoundFile, resolved: Resolved, warn: Report): void {
  const said = new Set<string>();
  const warnOnce: Report = (place, ...problem) => {
    const key = formatPath(place);
    if (said.has(key)) return;
    said.add(key);
    warn(place, ...problem);
  };
  checkEvents(file, resolved, warnOnce);
  checkRetries(file, resolved, warnOnce);
}

function checkEvents(file: SoundFile, { routes, pathOf }: Resolved, warn: Report): void {
  for (const target of routes.routes.flatMap(({ targets }) => targets)) {
    if (target.invocation !== 'event' || target.onFailure !== 'block') continue;
    const place = placeOfOption(file, pathOf.get(target) ?? [], 'onFailure');
    const message =
      'with "event" the stream waits until the target\'s queue has the batch, not until its function is done; order is lost there';
    warn(place, 'block-with-event', message, 'set "invocation: request-response" to wait for the function');
  }
}

/** A mapping that gives a batch up goes on with the next one, whether a target waits for it or not. */
function checkRetries(file: SoundFile, { routes, pathOf }: Resolved, warn: Report): void {
  for (const route of routes.routes) {
    if (route.targets.every(({ onFailure }) => onFailure !== 'block')) continue;
    const { name, maximumRetryAttempts, maximumRecordAgeSeconds } = route;
    const path = pathOf.get(route) ?? [];
    const check = (option: Ending, value: number, until: string) => {
      if (value === -1) return;
      const place = placeOfRouteOption(file, path, option);
      const message = `route "${name}" has a target with "onFailure: block": ${until} the batch that it lacks goes to the failure bucket, the stream goes on, and order breaks`;
      const unlimited = place[0] === 'routes' ? 'remove it' : `write "${option}: -1" on that route`;
      warn(place, 'block-that-ends', message, `${unlimited}, or use "onFailure: park"`);
    };
    check('maximumRetryAttempts', maximumRetryAttempts, `after ${maximumRetryAttempts} retries`);
    check('maximumRecordAgeSeconds', maximumRecordAgeSeconds, `after ${maximumRecordAgeSeconds} s`);
  }
}

type Ending = 'maximumRetryAttempts' | 'maximumRecordAgeSeconds';
