import type { SentView } from '../../page-view.ts';
import { type Flow, isSelected } from '../flows.ts';
import { chooseOpen } from '../map/choose-open.ts';
import { hashOf, type Selection } from '../selection.ts';
import { type Details, EMPTY } from './details.ts';
import { detailsOfAccount, detailsOfForwarder, detailsOfRest } from './of-many.ts';
import { detailsOfRoute } from './of-route.ts';
import { detailsOfTarget } from './of-target.ts';

/** The details of what is selected; undefined where nothing is. */
export function detailsOf(selection: Selection, flows: readonly Flow[], view: SentView): Details | undefined {
  const details = chooseDetails(selection, flows, view);
  return details && { ...details, commandsNote: commandsNoteOf(view) };
}

function chooseDetails(selection: Selection, flows: readonly Flow[], view: SentView): Details | undefined {
  if (selection.kind === 'all') return undefined;
  if (selection.kind === 'rest') {
    const open = chooseOpen(flows, { kind: 'all' });
    const isOpen = ({ route, account }: Flow) =>
      selection.of === 'streams' ? open.routes.includes(route.route) : open.accounts.includes(account);
    return detailsOfRest(
      selection.of,
      flows.filter((flow) => !isOpen(flow)),
      view,
    );
  }
  const its = flows.filter((flow) => isSelected(selection, flow));
  const [first] = its;
  if (first === undefined) return notThere(selection);
  switch (selection.kind) {
    case 'route':
      return detailsOfRoute(first.route, its, view);
    case 'target':
      return detailsOfTarget(first, view);
    case 'forwarder':
      return detailsOfForwarder(selection.forwarder, its, view);
    case 'account':
      return detailsOfAccount(its, view);
  }
}

function notThere(selection: Selection): Details {
  const name = [...new URLSearchParams(hashOf(selection).slice(1)).values()][0] ?? '';
  const sentence = `The ${selection.kind} of this address is not among the routes that are shown.`;
  return { ...EMPTY, kind: 'Not here', name, sentence };
}

/** The keys are printed where the local AWS was started; no page shows a key. */
function commandsNoteOf({ status: { system } }: SentView): string {
  if (system.kind === 'deployed') return '';
  return `They need AWS_ENDPOINT_URL=${system.endpoint}, and the keys of account ${system.account} that xacct local printed.`;
}
