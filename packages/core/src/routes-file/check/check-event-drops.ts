import type { Path, Report } from '../../problems/problem.ts';
import type { Resolved } from '../resolve/resolve-routes.ts';
import type { SoundFile } from '../resolve/sound-part.ts';

/**
 * Warns of functions that can lose events unnoticed. Reported once in a file, for the first of them.
 * https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html
 */
export function checkEventDrops(file: SoundFile, { routes, pathOf }: Resolved, warn: Report): void {
  const targets = routes.routes
    .flatMap((route) => route.targets)
    .filter(({ invocation }) => invocation === 'event')
    .map((target) => pathOf.get(target) ?? [])
    .filter((path) => !hasFailureDestination(file, path));
  const [first] = targets;
  if (first === undefined) return;
  const number = targets.length === 1 ? '1 target' : `${targets.length} targets`;
  const message = `Lambda gives an event up after two retries, or after 6 hours in the function's own queue; it is lost where the function has no on-failure destination and no dead-letter queue (said once, for ${number})`;
  const hint =
    'give the function a destination (docs/delivery.md) and write "hasFailureDestination: true", or set "invocation: request-response"';
  warn([...first, 'function'], 'event-drops', message, hint);
}

function hasFailureDestination(file: SoundFile, path: Path): boolean {
  const route = file.routes[Number(path[1])];
  const target = route?.targets[Number(path[3])];
  return { ...file.defaults, ...route, ...target }.hasFailureDestination ?? false;
}
