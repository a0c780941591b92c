import type { Figures } from '../../src/status/figures.ts';
import type { RouteStatus, TargetStatus } from '../../src/status/status.ts';

export function figures(some: Partial<Figures> = {}): Figures {
  const counts = { delivered: 0, filtered: 0, parked: 0, paused: 0, failed: 0, calls: 0 };
  return { ...counts, p50: null, p99: null, ...some };
}

export function target(name: string, some: Partial<TargetStatus> = {}): TargetStatus {
  return {
    target: `arn:aws:lambda:us-west-2:222222222222:function:${name}`,
    states: ['ok'],
    figures: figures({ delivered: 150, calls: 30, p50: 12, p99: 80 }),
    lastFailure: null,
    ...some,
  };
}

export function route(name: string, some: Partial<RouteStatus> = {}): RouteStatus {
  return {
    route: name,
    forwarder: 'default',
    states: ['ok'],
    incoming: 150,
    figures: figures({ delivered: 150, calls: 30, p50: 12, p99: 80 }),
    readDelay: 400,
    waiting: { messages: 0, oldestSeconds: null },
    dead: { messages: 0, oldestSeconds: null },
    alarms: [],
    targets: [target('reader')],
    ...some,
  };
}
