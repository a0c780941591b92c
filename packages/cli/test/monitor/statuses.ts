import type { Figures, RouteStatus, Status, TargetStatus } from '../../src/monitor/status.ts';

export function figures(some: Partial<Figures> = {}): Figures {
  const counts = { delivered: 0, filtered: 0, parked: 0, paused: 0, failed: 0, calls: 0 };
  return { ...counts, p50: null, p99: null, ...some };
}

export function target(name: string, some: Partial<TargetStatus> = {}): TargetStatus {
  return {
    target: `arn:aws:lambda:us-west-2:222222222222:function:${name}`,
    states: ['ok'],
    figures: figures({ delivered: 150, calls: 30, p50: 12, p99: 80 }),
    invocation: 'event',
    onFailure: 'park',
    deliveredPerSecond: null,
    waiting: null,
    dead: null,
    lastFailure: null,
    ...some,
  };
}

export function route(name: string, some: Partial<RouteStatus> = {}): RouteStatus {
  return {
    route: name,
    stream: name,
    forwarder: 'default',
    enabled: true,
    states: ['ok'],
    incoming: 150,
    figures: figures({ delivered: 150, calls: 30, p50: 12, p99: 80 }),
    deliveredPerSecond: null,
    readDelay: 400,
    batchFailure: null,
    waiting: { messages: 0, records: null, oldestSeconds: null },
    dead: { messages: 0, records: null, oldestSeconds: null },
    alarms: [],
    targets: [target('reader')],
    ...some,
  };
}

export function statusOf(routes: RouteStatus[]): Status {
  return {
    system: { kind: 'deployed', account: '111111111111', region: 'us-west-2', endpoint: null },
    from: '2026-11-26T03:00:00.000Z',
    to: '2026-11-26T03:15:00.000Z',
    routes,
    forwarders: [],
    failures: [],
    edit: null,
    accountNames: {},
    unread: [],
  };
}
