import type { PageView } from '../page-server.ts';
import { byId, setText } from './dom.ts';
import { showFailures } from './failures.ts';
import { counted, duration, timeOfDay } from './format.ts';
import { createRouteCard, type RouteCard } from './route-card.ts';
import { createTiles } from './tiles.ts';

/** With more routes than this, they are closed at first: the line of each shows its totals. */
const OPEN_ROUTES = 8;
const STEP_MS = 500;

const tiles = createTiles();
const list = byId('routes', HTMLOListElement);
const find = byId('find', HTMLInputElement);
const onlyTroubled = byId('troubled', HTMLInputElement);
const connection = byId('connection', HTMLParagraphElement);

let view: PageView | undefined;
let drawn = '';
let cards: { card: RouteCard; troubled: boolean }[] = [];

function show(next: PageView): void {
  view = next;
  setText(byId('endpoint', HTMLElement), next.endpoint);
  setText(byId('region', HTMLElement), next.region);
  tiles.show(next.flow);
  showEdit(next.edit);
  showRoutes(next);
  showFailures(next.failures, next.accountNames);
}

function showRoutes({ routes, accountNames, at }: PageView): void {
  // New cards are made only when the routes have changed.
  const shape = JSON.stringify([
    accountNames,
    routes.map(({ name, stream, forwarder, enabled, targets }) => [
      name,
      stream,
      forwarder,
      enabled,
      targets.map(({ functionArn, invocation, onFailure }) => [functionArn, invocation, onFailure]),
    ]),
  ]);
  if (shape !== drawn) {
    const before = new Map(
      cards.map(({ card }, index) => [
        card.node.dataset.name ?? String(index),
        card.node.querySelector('details')?.open,
      ]),
    );
    cards = routes.map((route) => {
      const open = before.get(route.name) ?? routes.length <= OPEN_ROUTES;
      const card = createRouteCard(route, accountNames, open);
      card.node.dataset.name = route.name;
      return { card, troubled: false };
    });
    list.replaceChildren(...cards.map(({ card }) => card.node));
    setText(byId('map-count', HTMLElement), counted(routes.length, 'route'));
    drawn = shape;
  }
  for (const [index, route] of routes.entries()) {
    const entry = cards[index];
    if (entry !== undefined) entry.troubled = entry.card.show(route, at).troubled;
  }
  narrow();
}

/** Shows only the routes that match the search. */
function narrow(): void {
  const words = find.value.toLowerCase().split(/\s+/).filter(Boolean);
  let shown = 0;
  for (const { card, troubled } of cards) {
    const matches = words.every((word) => card.words.includes(word)) && (!onlyTroubled.checked || troubled);
    card.node.hidden = !matches;
    if (matches) shown += 1;
  }
  byId('none', HTMLParagraphElement).hidden = shown > 0;
}

function showEdit(edit: PageView['edit']): void {
  const section = byId('edit', HTMLElement);
  section.hidden = edit === null;
  if (edit === null) return;
  section.dataset.applied = String(edit.applied);
  const lines = edit.text.split('\n');
  setText(byId('edit-title', HTMLHeadingElement), `${timeOfDay(edit.at)}  ${lines.at(-1) ?? ''}`);
  const text = byId('edit-text', HTMLPreElement);
  setText(text, lines.slice(0, -1).join('\n'));
  text.hidden = lines.length === 1;
}

function setConnection(state: 'live' | 'lost', text: string): void {
  connection.dataset.state = state;
  setText(connection, text);
}

const events = new EventSource('/events');
events.addEventListener('open', () => setConnection('live', 'Live'));
events.addEventListener('error', () =>
  setConnection('lost', 'It does not run any more, or cannot be reached'),
);
events.addEventListener('message', ({ data }: MessageEvent<string>) => {
  // Sent by this page's own server.
  const next: PageView = JSON.parse(data);
  show(next);
});
for (const input of [find, onlyTroubled]) input.addEventListener('input', narrow);
setInterval(() => {
  tiles.step();
  if (view !== undefined && connection.dataset.state === 'live')
    setText(byId('uptime', HTMLElement), duration(Date.now() - view.startedAt));
}, STEP_MS);
