import { byId, element, setAttribute, setText } from '../dom.ts';
import { keyed, type Shown } from '../keyed.ts';
import { SIGNS } from '../tone.ts';
import { createEdges } from './draw-edges.ts';
import type { MapNode } from './nodes.ts';
import type { RouteMap } from './route-map.ts';

type Account = RouteMap['accounts'][number];

/** Draws the map: nodes are links in lists, laid out by the style; the lines between them follow from where they are. */
export function createMap(): (map: RouteMap) => void {
  const nodes = new Map<string, HTMLElement>();
  const create = (node: MapNode) => createNode(node, nodes);
  const keyOf = ({ key }: MapNode) => key;
  const showStreams = keyed(byId('map-streams', HTMLUListElement), keyOf, create);
  const showForwarders = keyed(byId('map-forwarders', HTMLUListElement), keyOf, create);
  const showAccounts = keyed<Account>(byId('map-accounts', HTMLUListElement), keyOf, (account) =>
    createAccount(account, nodes),
  );
  const drawEdges = createEdges(nodes);
  let latest: RouteMap | undefined;
  const draw = () => {
    if (latest !== undefined) drawEdges(latest.edges);
  };
  new ResizeObserver(draw).observe(byId('map-drawing', HTMLDivElement));

  return (map) => {
    latest = map;
    showStreams(map.streams);
    showForwarders(map.forwarders);
    showAccounts(map.accounts);
    draw();
  };
}

function createAccount(account: Account, nodes: Map<string, HTMLElement>): Shown<Account> {
  const own = createNode(account, nodes);
  const list = element('ul', { class: 'map-functions' });
  own.node.append(list);
  const showFunctions = keyed<MapNode>(
    list,
    ({ key }) => key,
    (node) => createNode(node, nodes),
  );
  return {
    node: own.node,
    show(now) {
      own.show(now);
      showFunctions(now.functions);
      setAttribute(list, 'data-empty', String(now.functions.length === 0));
    },
  };
}

function createNode({ key }: MapNode, nodes: Map<string, HTMLElement>): Shown<MapNode> {
  const kind = element('span', { class: 'hidden' });
  const name = element('span', { class: 'node-name' });
  const sign = element('span', { class: 'sign', 'aria-hidden': 'true' });
  const words = element('span', { class: 'node-words' });
  const note = element('span', { class: 'node-note' }, sign, words);
  const link = element('a', { class: 'node' }, kind, name, ' ', note);
  // What is too long for it is cut off.
  link.addEventListener('pointerenter', () => {
    link.title = `${name.textContent}\n${words.textContent}`;
  });
  nodes.set(key, link);
  return {
    node: element('li', {}, link),
    show(now) {
      nodes.set(key, link);
      setText(kind, now.kind === '' ? '' : `${now.kind} `);
      setText(name, now.name);
      setText(words, now.note);
      setText(sign, SIGNS[now.tone]);
      setAttribute(link, 'href', now.href);
      setAttribute(link, 'data-tone', now.tone);
      if (now.isSelected) link.setAttribute('aria-current', 'true');
      else link.removeAttribute('aria-current');
    },
  };
}
