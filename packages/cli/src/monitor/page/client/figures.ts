import type { Figures, RouteStatus, Status, Waiting } from '../../status.ts';
import { counted, duration, rate, whole } from './format.ts';

/** A figure and what it is called. */
export type Row = readonly [label: string, value: string];

/** The time that figures are of, in words. */
export function timeOf({ system, from, to }: Pick<Status, 'system' | 'from' | 'to'>): string {
  return system.kind === 'local' ? 'since the start' : `last ${duration(Date.parse(to) - Date.parse(from))}`;
}

/** An amount of that time, and for a deployment how much that is a minute. */
export function amountOf(
  amount: number,
  { system, from, to }: Pick<Status, 'system' | 'from' | 'to'>,
): string {
  if (system.kind === 'local' || amount === 0) return whole(amount);
  const minutes = (Date.parse(to) - Date.parse(from)) / 60_000;
  return `${whole(amount)} (${rate(amount / minutes, 'min')})`;
}

/** What is in a queue now: its records, or its messages where nobody may look into them. */
export function heldIn(waiting: Waiting | null): string {
  if (waiting === null) return 'cannot be read';
  const { messages, records, oldestSeconds } = waiting;
  const amount = records === null && messages > 0 ? counted(messages, 'message') : whole(records ?? 0);
  return oldestSeconds === null || amount === '0'
    ? amount
    : `${amount}, the oldest for ${duration(oldestSeconds * 1000)}`;
}

/** How many records a queue holds; its messages where nobody may look into them. */
export function sizeOf(waiting: Waiting | null): number {
  return waiting?.records ?? waiting?.messages ?? 0;
}

/** Records, once each. */
export function recordRows(incoming: number | null, figures: Figures, status: Status): Row[] {
  const { delivered, filtered, paused } = figures;
  return [
    ...(incoming === null ? [] : [['In', amountOf(incoming, status)] as const]),
    ['Delivered', amountOf(delivered, status)],
    ['Filtered', amountOf(filtered, status)],
    ['Paused', amountOf(paused, status)],
  ];
}

/** Each time that a function was called, and that records were not taken. */
export function tryRows({ calls, parked, failed, p50, p99 }: Figures, status: Status): Row[] {
  const ms = (value: number | null) => (value === null ? '–' : `${whole(Math.round(value))} ms`);
  return [
    ['Calls', amountOf(calls, status)],
    ['Records parked', amountOf(parked, status)],
    ['Records failed', amountOf(failed, status)],
    ['Call, p50', ms(p50)],
    ['Call, p99', ms(p99)],
  ];
}

/** The figures of several routes together. */
export interface Sums {
  /** Null where nobody counts it. */
  incoming: number | null;
  delivered: number;
  filtered: number;
  paused: number;
  waiting: number;
  dead: number;
}

export function sumsOf(routes: readonly RouteStatus[]): Sums {
  const sum = (amountIn: (route: RouteStatus) => number) =>
    routes.reduce((total, route) => total + amountIn(route), 0);
  return {
    incoming: routes.every(({ incoming }) => incoming === null) ? null : sum(({ incoming }) => incoming ?? 0),
    delivered: sum(({ figures }) => figures.delivered),
    filtered: sum(({ figures }) => figures.filtered),
    paused: sum(({ figures }) => figures.paused),
    waiting: sum(({ waiting }) => sizeOf(waiting)),
    dead: sum(({ dead }) => sizeOf(dead)),
  };
}
