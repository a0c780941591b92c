import { sendingSeconds, timeoutSecondsFor } from '../../limits/sending-time.ts';
import type { Target } from '../../model/target.ts';
import { formatPath, type Path, type Report } from '../../problems/problem.ts';
import type { Resolved } from '../resolve/resolve-routes.ts';
import type { SoundFile } from '../resolve/sound-part.ts';
import { placeOfOption } from './place-of-option.ts';

/**
 * Finds targets whose calls may last longer than their forwarder has, and timeouts that no call has. Each is reported once for
 * the place where the timeout is written.
 *
 * @param isKnown whether the settings of a forwarder are free of mistakes: others are not checked
 */
export function checkTimeouts(
  file: SoundFile,
  resolved: Resolved,
  isKnown: (forwarder: string) => boolean,
  report: Report,
  warn: Report,
): void {
  const timeoutOf = new Map(resolved.routes.forwarders.map((one) => [one.name, one.timeoutSeconds]));
  for (const { place, seconds, targets } of writtenTimeouts(file, resolved)) {
    const waiting = targets.filter(({ target }) => target.invocation === 'request-response');
    if (waiting.length === 0) {
      const message = `a timeout of ${seconds} s has no effect with "invocation: event": an event is queued within 10 s`;
      warn(place, 'timeout-of-event', message, 'remove it, or set "invocation: request-response"');
    }
    for (const forwarder of new Set(waiting.map((one) => one.forwarder))) {
      const timeout = timeoutOf.get(forwarder);
      if (timeout === undefined || !isKnown(forwarder) || seconds <= sendingSeconds(timeout)) continue;
      const setting = formatPath(['forwarders', forwarder, 'timeoutSeconds']);
      const most = sendingSeconds(timeout);
      const message = `expected at most ${most} s, which is what the ${timeout} s of ${setting} leave for a call, got ${seconds} s`;
      const hint = `raise ${setting} to ${timeoutSecondsFor(seconds)}, or write ${most} or less here`;
      report(place, 'timeout', message, hint);
    }
  }
}

interface WrittenTimeout {
  place: Path;
  seconds: number;
  /** All that it holds for. */
  targets: { target: Target; forwarder: string }[];
}

function writtenTimeouts(file: SoundFile, { routes, pathOf }: Resolved): Iterable<WrittenTimeout> {
  const found = new Map<string, WrittenTimeout>();
  for (const { forwarder, targets } of routes.routes) {
    for (const target of targets) {
      const { timeoutSeconds: seconds } = target;
      if (seconds === undefined) continue;
      const place = placeOfOption(file, pathOf.get(target) ?? [], 'timeoutSeconds');
      const key = formatPath(place);
      const written = found.get(key) ?? { place, seconds, targets: [] };
      written.targets.push({ target, forwarder });
      found.set(key, written);
    }
  }
  return found.values();
}
