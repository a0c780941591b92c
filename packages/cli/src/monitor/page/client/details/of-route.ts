import type { RouteStatus } from '../../../status.ts';
import type { SentView } from '../../page-view.ts';
import { heldIn, recordRows, tryRows } from '../figures.ts';
import type { Flow } from '../flows.ts';
import { counted, duration } from '../format.ts';
import { hashOf } from '../selection.ts';
import { commandsOfRoute } from './commands.ts';
import { alarmsOf, type Details, EMPTY, failureOf, linkToTarget, titles } from './details.ts';

/** One route. @param flows to its targets */
export function detailsOfRoute(route: RouteStatus, flows: readonly Flow[], view: SentView): Details {
  const { status, now } = view;
  const { records, held, tries } = titles(view);
  const { figures, incoming, readDelay, forwarder } = route;
  return {
    ...EMPTY,
    kind: 'Route',
    name: route.route,
    states: route.states,
    sentence: route.enabled
      ? ''
      : 'Its event source mapping is disabled, as it was deployed: nothing is read.',
    failure: batchFailureOf(route, now) ?? lastFailureOf(route, flows, now),
    alarms: alarmsOf(route.alarms, now),
    groups: [
      { title: records, rows: recordRows(incoming, figures, status) },
      {
        title: held,
        rows: [
          ['Waiting', heldIn(route.waiting)],
          ['Dead', heldIn(route.dead)],
          ['Reader is behind by', readDelay === null ? 'not known' : delay(readDelay)],
        ],
      },
      { title: tries, rows: tryRows(figures, status) },
      {
        title: 'What it is',
        rows: [
          ['Stream', route.stream],
          ['Forwarder', forwarder],
        ],
      },
    ],
    linksTitle: counted(flows.length, 'target'),
    links: [
      ...flows.map((flow) => linkToTarget(flow, `${flow.accountName}/${flow.functionName}`)),
      {
        href: hashOf({ kind: 'forwarder', forwarder }),
        name: `forwarder ${forwarder}`,
        note: '',
        tone: 'quiet',
      },
    ],
    commands: commandsOfRoute(route, view),
  };
}

/** Why the forwarder fails with all of a batch: no target gets anything then. */
function batchFailureOf({ batchFailure, forwarder }: RouteStatus, now: number): Details['failure'] {
  const failed = `forwarder ${forwarder} fails with all of a batch`;
  return failureOf(batchFailure && { ...batchFailure, class: failed }, now);
}

/** The last one of all its targets. */
function lastFailureOf(route: RouteStatus, flows: readonly Flow[], now: number): Details['failure'] {
  const failing = flows.filter(({ target }) => target.lastFailure !== null);
  const last = failing.toSorted((one, other) => timeIn(one).localeCompare(timeIn(other))).at(-1);
  const failure = failureOf(last?.target.lastFailure ?? null, now);
  if (failure === null || last === undefined || route.targets.length === 1) return failure;
  return { ...failure, when: `${failure.when}, at ${last.accountName}/${last.functionName}` };
}

function timeIn({ target }: Flow): string {
  return target.lastFailure?.at ?? '';
}

function delay(ms: number): string {
  return ms < 1000 ? `${Math.round(ms)} ms` : duration(ms);
}
