import type { PageView, SentView } from '../page-view.ts';

/** Between two looks at the view, in ms. */
export const LOOK_MS = 500;
/** Bytes that a browser may leave unread, such as that of a machine that sleeps. */
const MOST_WAITING = 8 * 1024 * 1024;

/** A connection to a browser, as a `ServerResponse` is one. */
export interface Listener {
  readonly writableLength: number;
  write(event: string): unknown;
  destroy(): unknown;
  once(event: 'close', closed: () => void): unknown;
}

/** Sends the view to all browsers that listen, each time that it differs. */
export function createEvents(view: () => PageView) {
  const listeners = new Set<Listener>();
  const onWatched = new Set<() => void>();
  let sent = '';
  const send = (current: PageView, to: Iterable<Listener>) => {
    const event = eventOf(current);
    for (const listener of to) {
      // It connects again, and gets what there is then.
      if (listener.writableLength > MOST_WAITING) listener.destroy();
      else listener.write(event);
    }
  };
  const look = () => {
    if (listeners.size === 0) return;
    const current = view();
    const state = stateOf(current);
    if (state === sent) return;
    sent = state;
    send(current, listeners);
  };
  const timer = setInterval(look, LOOK_MS);
  return {
    add(response: Listener) {
      const current = view();
      // Others have what was sent last, and get it when it differs.
      if (listeners.size === 0) sent = stateOf(current);
      send(current, [response]);
      listeners.add(response);
      response.once('close', () => listeners.delete(response));
      for (const tell of onWatched) tell();
      onWatched.clear();
    },
    watched(signal: AbortSignal): Promise<void> {
      if (listeners.size > 0 || signal.aborted) return Promise.resolve();
      return new Promise((resolve) => {
        onWatched.add(resolve);
        signal.addEventListener('abort', () => resolve(), { once: true });
      });
    },
    close: () => clearInterval(timer),
  };
}

/** A view of a local system in which only the time differs is not sent. */
function stateOf({ status, ...view }: PageView): string {
  const { to, ...rest } = status;
  return JSON.stringify([view, rest, status.system.kind === 'local' ? '' : to]);
}

function eventOf(view: PageView): string {
  return `data: ${JSON.stringify({ ...view, now: Date.now() } satisfies SentView)}\n\n`;
}
