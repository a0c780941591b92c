import { describeDenial, readDenial } from '@xacct/core';
import type { CallRecord } from '@xacct/local';
import type { RoutedAws } from '@xacct/reconcile';
import { type LogEntry, readLog } from '../../local-aws/read-log.ts';
import { sortRoutes } from '../../monitor/judge.ts';
import { type Edit, type Failure, type Status, TARGET_FAILED } from '../../monitor/status.ts';
import { createFailures } from './failures.ts';
import { createLookAtHeld } from './held-records.ts';
import { type RaisedAlarms, raisedAlarms } from './raised-alarms.ts';
import { createRecorded, type Recorded } from './recorded.ts';
import { statusOfRoute } from './status-of-route.ts';

/** What the status is read from, besides what happens. */
export type Observed = Pick<RoutedAws, 'endpoint' | 'region' | 'routes' | 'queues' | 'objectKeys' | 'alarms'>;

export interface Feed extends Pick<Recorded, 'incoming' | 'filtered'> {
  /** Takes a line that a function logged, and returns what it is. */
  log(functionName: string, line: string): LogEntry;
  /** Takes something that an operator should know. */
  problem(reason: string): void;
  /** Takes a call. A function reports its own failed calls in its log, in more detail, but for which statement is missing. */
  call(call: CallRecord): void;
  /** A mapping invokes a function. */
  invoked(invocation: Parameters<Recorded['invoked']>[0]): void;
  /** The forwarder failed with a batch of a route as a whole. */
  failedBatch(route: string, reason: string): void;
  edited(applied: boolean, text: string): void;
  /** @param accountNames names of the routes file, by account ID */
  status(aws: Observed, accountNames: ReadonlyMap<string, string>): Status;
}

/** Follows what happens in a local AWS: the forwarder's metrics and log, what streams take, and what is kept now. */
export function createFeed(now: () => number = Date.now): Feed {
  const startedAt = now();
  const failures = createFailures();
  const recorded = createRecorded();
  const lookAtHeld = createLookAtHeld();
  let edit: Edit | null = null;
  return {
    incoming: recorded.incoming,
    filtered: recorded.filtered,
    log(functionName, line) {
      const entry = readLog(line);
      const at = now();
      if (entry.kind === 'counts') recorded.counted(entry, at);
      else if (entry.kind === 'error') failures.add({ at, functionName, reason: entry.reason });
      else if (entry.kind === 'failure') {
        const { message, route, target, reason, class: failureClass = '' } = entry;
        if (message === TARGET_FAILED && route !== undefined && target !== undefined)
          recorded.failed(route, target, { at, class: failureClass, reason });
        else failures.add({ at, route, target, reason });
      }
      return entry;
    },
    problem(reason) {
      const denial = readDenial(reason);
      const missing = denial === undefined ? '' : `. ${describeDenial(denial)}`;
      failures.add({ at: now(), reason: `${reason}${missing}` });
    },
    call({ action, principal, error, message = '' }) {
      if (error === undefined) return;
      const denial = readDenial(message);
      if (denial !== undefined) failures.add({ at: now(), reason: describeDenial(denial) });
      else if (!principal.includes(':assumed-role/'))
        failures.add({ at: now(), reason: `${action} failed: ${error}: ${message}` });
    },
    invoked: (invocation) => recorded.invoked(invocation, now()),
    failedBatch: (route, reason) => recorded.failedBatch(route, reason, now()),
    edited(applied, text) {
      edit = { at: new Date(now()).toISOString(), applied, text };
    },
    status(aws, accountNames) {
      const at = now();
      const { endpoint, region, routes } = aws;
      const heldOf = lookAtHeld(aws, at);
      const alarms = raisedAlarms(aws.alarms, routes, region);
      return {
        system: { kind: 'local', account: routes[0]?.account ?? '', region, endpoint },
        from: new Date(startedAt).toISOString(),
        to: new Date(at).toISOString(),
        routes: sortRoutes(routes.map((route) => statusOfRoute(route, recorded, heldOf(route), alarms, at))),
        forwarders: Array.from(alarms.ofForwarders, ([forwarder, raised]) => ({ forwarder, alarms: raised })),
        failures: [...alarms.others.map(failureOf), ...failures.all()],
        edit,
        accountNames: Object.fromEntries(accountNames),
        unread: [],
      };
    },
  };
}

/** An alarm of a stack that no route or forwarder has. */
function failureOf({ watched, since }: RaisedAlarms['others'][number]): Failure {
  const place = { route: null, target: null, functionName: null };
  return { at: since ?? '', ...place, reason: `Alarm ${watched} is raised`, times: 1 };
}
