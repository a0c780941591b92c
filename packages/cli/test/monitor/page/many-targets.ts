import { sortRoutes, sortTargets, statesOfRoute } from '../../../src/monitor/judge.ts';
import type { Status, TargetStatus } from '../../../src/monitor/status.ts';
import { route, statusOf, target } from '../statuses.ts';

export const DENIED: Partial<TargetStatus> = {
  states: ['denied'],
  lastFailure: {
    at: '2026-11-26T03:13:00.000Z',
    class: 'denied',
    reason: 'AccessDenied: not authorized to perform: sts:AssumeRole',
  },
};

/** 30 routes to 10 functions each, in 40 accounts. @param targets what differs, by the name of the function */
export function manyTargets(targets: Readonly<Record<string, Partial<TargetStatus>>> = {}): Status {
  const accountNames: Record<string, string> = {};
  const routes = Array.from({ length: 30 }, (_, of) => {
    const made = Array.from({ length: 10 }, (_, index) => {
      const team = (of * 7 + index) % 40;
      const account = String(222222222200 + team);
      accountNames[account] = `team${team}`;
      const name = `reader-${of}-${index}`;
      const arn = `arn:aws:lambda:us-west-2:${account}:function:${name}`;
      return target(name, { target: arn, ...targets[name] });
    });
    const messages = made.filter(({ states }) => states[0] === 'denied').length * 12;
    const waiting = { messages, records: null, oldestSeconds: messages === 0 ? null : 1260 };
    const one = route(`stream-${of}`, { targets: sortTargets(made), waiting });
    return { ...one, states: statesOfRoute(one) };
  });
  return { ...statusOf(sortRoutes(routes)), accountNames };
}
