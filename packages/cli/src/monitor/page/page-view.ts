import type { Status } from '../status.ts';

/** What the page gets each time that something changed. Plain data, without credentials. */
export interface PageView {
  status: Status;
  /** Why the last reading failed; null where it did not. */
  notRead: NotRead | null;
  /** Options that the commands on the page need, such as `--config other.yaml`. */
  options: string[];
}

export interface NotRead {
  /** ISO 8601. */
  at: string;
  reason: string;
}

/** What is sent: the time by the clock of the sender as well, since that of the browser may differ. */
export interface SentView extends PageView {
  /** Epoch ms. */
  now: number;
}
