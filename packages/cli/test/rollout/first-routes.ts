import { ACCOUNTS } from './edits.ts';
import type { RouteEntry, TargetEntry } from './routes-file.ts';

const [ONE = '', TWO = '', THREE = '', FOUR = ''] = ACCOUNTS;

export function orders(targets: TargetEntry[], change: Partial<RouteEntry> = {}): RouteEntry {
  return { name: 'orders', stream: 'orders', forwarder: 'default', targets, ...change };
}

/** What is deployed first. */
export const FIRST: RouteEntry[] = [
  orders([ONE, TWO, THREE].map((account) => ({ account, function: 'reader' }))),
  {
    name: 'payments',
    stream: 'payments',
    forwarder: 'default',
    targets: [THREE, FOUR].map((account) => ({ account, function: 'ledger' })),
  },
];
