import type { RouteTraffic, TargetTraffic } from '../../traffic.ts';
import { element, setText } from './dom.ts';
import { counted, rate, whole } from './format.ts';

/** How long a failure counts as recent, in ms. */
const RECENT_MS = 30_000;

export interface RouteCard {
  node: HTMLElement;
  /** What can be searched for, in lower case. */
  words: string;
  show(route: RouteTraffic, at: number): { troubled: boolean };
}

/** One route on the map: its stream, its forwarder, and the functions in each account. */
export function createRouteCard(
  route: RouteTraffic,
  accountNames: Readonly<Record<string, string>>,
  open: boolean,
): RouteCard {
  const accountOf = (id: string) => accountNames[id] ?? id;
  const accounts = Map.groupBy(route.targets, ({ account }) => account);
  const state = element('span', { class: 'state' });
  const flow = element('span', { class: 'flow-now' });
  const queues = element('ul', { class: 'queues' });
  const rows = route.targets.map((target) => createTargetRow(target));
  const groups = [...accounts].map(([id, targets]) => {
    const functions = targets.map((target) => rows[route.targets.indexOf(target)]?.node ?? '');
    return createAccount(id, accountOf(id), functions);
  });
  const scope = `${counted(route.targets.length, 'function')} in ${counted(accounts.size, 'account')}`;
  const summary = element(
    'summary',
    {},
    state,
    element('span', { class: 'name' }, route.name),
    element('span', { class: 'scope' }, scope),
    flow,
  );
  const stream = node('Stream', route.stream, `in ${accountOf(route.account)}`);
  const forwarder = element(
    'div',
    {},
    node('Forwarder', route.forwarder, route.enabled ? '' : 'its mapping is not enabled'),
    queues,
  );
  const details = element(
    'details',
    {},
    summary,
    element('div', { class: 'way' }, stream, forwarder, element('ul', { class: 'accounts' }, ...groups)),
  );
  details.open = open;
  const card = element('li', { class: 'route' }, details);
  const names = [route.name, route.stream, route.forwarder];
  const words = [
    ...names,
    ...route.targets.flatMap((target) => [target.account, accountOf(target.account), target.function]),
  ];

  return {
    node: card,
    words: words.join(' ').toLowerCase(),
    show(now, at) {
      let delivered = 0;
      let troubled = false;
      for (const [index, target] of now.targets.entries()) {
        delivered += target.flow.delivered.perSecond;
        if (rows[index]?.show(target, at)) troubled = true;
      }
      const dead = now.deadLetterQueue?.visible ?? 0;
      troubled ||= dead > 0;
      const word = troubled ? 'failing' : !now.enabled ? 'off' : delivered > 0 ? 'flowing' : 'quiet';
      card.dataset.state = word;
      setText(state, word);
      setText(flow, rate(delivered));
      queues.replaceChildren(...waitingTexts(now).map((text) => element('li', {}, text)));
      return { troubled };
    },
  };
}

function createAccount(id: string, name: string, functions: readonly (Node | string)[]): HTMLElement {
  const title = element('h4', {}, name, ' ');
  if (name !== id) title.append(element('small', {}, id));
  return element('li', { class: 'account' }, title, element('ul', { class: 'functions' }, ...functions));
}

/** What the mapping filtered, and what is in the queues of a route. */
function waitingTexts({ filteredBefore, retryQueue, deadLetterQueue }: RouteTraffic): string[] {
  const { visible = 0, delayed = 0, inFlight = 0 } = retryQueue ?? {};
  const waiting = visible + delayed + inFlight;
  const dead = deadLetterQueue?.visible ?? 0;
  return [
    filteredBefore > 0 && `${counted(filteredBefore, 'record')} filtered by the mapping`,
    waiting > 0 && `${counted(waiting, 'message')} in the retry queue`,
    dead > 0 && counted(dead, 'dead letter'),
  ].filter((text) => text !== false);
}

function node(kind: string, name: string, note: string): HTMLElement {
  return element(
    'div',
    { class: 'node' },
    element('span', { class: 'kind' }, kind),
    element('span', { class: 'what' }, name),
    ...(note === '' ? [] : [element('span', { class: 'note' }, note)]),
  );
}

function wordOf({ delivered, parked, failed }: TargetTraffic['flow']): string {
  if (parked.perSecond + failed.perSecond > 0) return 'parking';
  return delivered.perSecond > 0 ? 'flowing' : 'quiet';
}

function createTargetRow(target: TargetTraffic) {
  const state = element('span', { class: 'hidden' });
  const now = element('span', { class: 'now' });
  const counts = element('span', { class: 'counts' });
  const reason = element('span', { class: 'reason' });
  const row = element(
    'li',
    { class: 'function' },
    element('span', { class: 'dot', 'aria-hidden': 'true' }),
    element('span', { class: 'what' }, target.function),
    now,
    counts,
    reason,
    state,
  );
  return {
    node: row,
    show({ flow, lastFailure }: TargetTraffic, at: number): boolean {
      const troubled = lastFailure !== null && at - lastFailure.at < RECENT_MS;
      const word = troubled ? 'failing' : wordOf(flow);
      row.dataset.state = word;
      setText(state, word);
      setText(now, rate(flow.delivered.perSecond));
      const parts = [
        `${whole(flow.delivered.total)} delivered`,
        flow.filtered.total > 0 && `${whole(flow.filtered.total)} filtered`,
        flow.parked.total > 0 && `${whole(flow.parked.total)} parked`,
        flow.failed.total > 0 && `${whole(flow.failed.total)} failed`,
        `${target.invocation}, ${target.onFailure}`,
      ];
      setText(counts, parts.filter((part) => part !== false).join(' · '));
      setText(reason, troubled ? (lastFailure?.reason ?? '') : '');
      return troubled;
    },
  };
}
