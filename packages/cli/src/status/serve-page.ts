import type { PageView } from '../monitor/page/page-view.ts';
import { startPage } from '../monitor/page/server/start-page.ts';
import type { Status } from '../monitor/status.ts';
import { sleepUntil, type WatchOptions, watch } from './watch.ts';

export interface ServedStatus extends Pick<WatchOptions<Status>, 'read' | 'signal' | 'sleep'> {
  /** 0 for any free one. */
  port: number;
  /** Options of the commands on the page. */
  options: string[];
  /** The page can be opened at this address. */
  onServed(url: string): void;
}

/**
 * Serves the status as a page, and reads it again each minute, as long as a browser shows it: each reading costs money. Where it
 * cannot be read again, the page shows why.
 *
 * @throws the error of the first reading
 */
export async function servePage(served: ServedStatus): Promise<void> {
  const { port, read, options, onServed, signal, sleep = sleepUntil } = served;
  let view: PageView | undefined;
  const first = await read();
  const page = await startPage({ port, view: () => view ?? { status: first, notRead: null, options } });
  try {
    onServed(page.url);
    await watch<Status>({
      read: async () => (view === undefined ? first : read()),
      show(status) {
        view = { status, notRead: null, options };
      },
      failed(reason) {
        if (view !== undefined) view = { ...view, notRead: { at: new Date().toISOString(), reason } };
      },
      signal,
      async sleep(ms) {
        await sleep(ms, signal);
        await page.watched(signal);
      },
    });
  } finally {
    await page.close();
  }
}
