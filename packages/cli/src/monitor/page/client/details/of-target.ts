import type { TargetStatus } from '../../../status.ts';
import type { SentView } from '../../page-view.ts';
import { recordRows, tryRows } from '../figures.ts';
import type { Flow } from '../flows.ts';
import { whole } from '../format.ts';
import { hashOf } from '../selection.ts';
import { toneOf } from '../tone.ts';
import { commandsOfTarget } from './commands.ts';
import { alarmsOf, type Details, EMPTY, failureOf, titles } from './details.ts';

/** One function, as a target of one route. */
export function detailsOfTarget(flow: Flow, view: SentView): Details {
  const { route, target, account, accountName, functionName } = flow;
  const { status, now } = view;
  const { records, held, tries } = titles(view);
  const { figures } = target;
  const isNamed = accountName !== account;
  const heldNow = (amount: number | null) => (amount === null ? 'counted by route only' : whole(amount));
  return {
    ...EMPTY,
    kind: 'Target',
    name: `${accountName}/${functionName}`,
    states: target.states,
    sentence:
      figures === null
        ? `Its forwarder ${route.forwarder} has "metrics: route", so figures are those of the route only.`
        : '',
    failure: failureOf(target.lastFailure, now),
    alarms: alarmsOf(route.alarms, now).map((alarm) => `${alarm} (of the route)`),
    groups: [
      ...(figures === null ? [] : [{ title: records, rows: recordRows(inOf(target), figures, status) }]),
      {
        title: held,
        rows: [
          ['Waiting', heldNow(target.waiting)],
          ['Dead', heldNow(target.dead)],
        ],
      },
      ...(figures === null ? [] : [{ title: tries, rows: tryRows(figures, status) }]),
      {
        title: 'What it is',
        rows: [
          ['Account', isNamed ? `${accountName} (${account})` : account],
          ['Invocation', target.invocation],
          ['On failure', target.onFailure],
          ['ARN', target.target],
        ],
      },
    ],
    linksTitle: 'On its way',
    links: [
      {
        href: hashOf({ kind: 'route', route: route.route }),
        name: `route ${route.route}`,
        note: route.states.join(', '),
        tone: toneOf(route.states),
      },
      {
        href: hashOf({ kind: 'account', account }),
        name: `account ${accountName}`,
        note: '',
        tone: 'quiet',
      },
    ],
    commands: commandsOfTarget(flow, view),
  };
}

/** Records that came for a target; null where those that wait are not known by target. */
function inOf({ figures, waiting, dead }: TargetStatus): number | null {
  if (figures === null || waiting === null || dead === null) return null;
  return figures.delivered + figures.filtered + figures.paused + waiting + dead;
}
