import type { RouteStatus } from '../../status.ts';
import { createBadges } from './badges.ts';
import { byId, element, setAttribute, setText } from './dom.ts';
import { sizeOf } from './figures.ts';
import type { Flow } from './flows.ts';
import { counted, whole } from './format.ts';
import { keyed, type Shown } from './keyed.ts';
import { hashOf } from './selection.ts';
import { isWell, toneOf } from './tone.ts';

/** With so many targets in all, those that are well are folded. */
const MOST_OPEN = 24;

interface Item {
  route: RouteStatus;
  flows: readonly Flow[];
  /** Whether there is room for the targets that are well. */
  isRoomy: boolean;
}

/** The list beside the map: the same routes and targets, the worst first, as text. */
export function createList(): (flows: readonly Flow[]) => void {
  const list = byId('routes', HTMLOListElement);
  const show = keyed<Item>(list, ({ route }) => route.route, createRoute);
  return (flows) => {
    const isRoomy = flows.length <= MOST_OPEN;
    const byRoute = [...Map.groupBy(flows, ({ route }) => route)];
    show(byRoute.map(([route, its]) => ({ route, flows: its, isRoomy })));
  };
}

function createRoute({ route }: Item): Shown<Item> {
  const badges = createBadges();
  const held = element('span', { class: 'held' });
  const name = element(
    'a',
    { class: 'name', href: hashOf({ kind: 'route', route: route.route }) },
    route.route,
  );
  const batchFailure = element('p', { class: 'reason' });
  const troubled = element('ul', { class: 'targets' });
  const others = element('ul', { class: 'targets' });
  const summary = element('summary');
  const folded = element('details', {}, summary, others);
  let wasRoomy: boolean | undefined;
  const node = element(
    'li',
    { class: 'route' },
    element('div', { class: 'line' }, name, badges.node, held),
    batchFailure,
    troubled,
    folded,
  );
  const keyOf = ({ target }: Flow) => target.target;
  const showTroubled = keyed<Flow>(troubled, keyOf, createTarget);
  const showOthers = keyed<Flow>(others, keyOf, createTarget);
  return {
    node,
    show(now) {
      // Somebody may have opened or closed it since.
      if (now.isRoomy !== wasRoomy) folded.open = now.isRoomy;
      wasRoomy = now.isRoomy;
      badges.show(now.route.states);
      setAttribute(node, 'data-tone', toneOf(now.route.states));
      setText(held, heldText(now.route));
      batchFailure.hidden = now.route.batchFailure === null;
      setText(batchFailure, `whole batches fail: ${now.route.batchFailure?.reason ?? ''}`);
      const [well, rest] = [true, false].map((wanted) =>
        now.flows.filter(({ tone }) => isWell(tone) === wanted),
      );
      showTroubled(rest ?? []);
      showOthers(well ?? []);
      troubled.hidden = rest?.length === 0;
      folded.hidden = well?.length === 0;
      setAttribute(node, 'data-folds', rest?.length === 0 ? 'all' : 'some');
      const kind = rest?.length === 0 ? 'target' : 'other target';
      setText(summary, `${counted(well?.length ?? 0, kind)}`);
    },
  };
}

function heldText({ waiting, dead, incoming }: RouteStatus): string {
  const parts = [
    sizeOf(waiting) > 0 && `${whole(sizeOf(waiting))} waiting`,
    sizeOf(dead) > 0 && `${whole(sizeOf(dead))} dead`,
    incoming !== null && `${whole(incoming)} in`,
  ];
  return parts.filter((part) => part !== false).join(' · ');
}

function createTarget({ route, target, accountName, functionName }: Flow): Shown<Flow> {
  const badges = createBadges();
  const reason = element('p', { class: 'reason' });
  const href = hashOf({ kind: 'target', route: route.route, target: target.target });
  const name = element('a', { href }, `${accountName}/${functionName}`);
  const node = element('li', {}, element('div', { class: 'line' }, name, badges.node), reason);
  return {
    node,
    show({ target: { states, lastFailure }, tone }) {
      badges.show(states);
      setAttribute(node, 'data-tone', tone);
      const failure =
        isWell(tone) || lastFailure === null ? '' : `${lastFailure.class}: ${lastFailure.reason}`;
      setText(reason, failure);
      reason.hidden = failure === '';
    },
  };
}
