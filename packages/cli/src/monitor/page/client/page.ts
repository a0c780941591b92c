import type { SentView } from '../page-view.ts';
import { detailsOf } from './details/choose-details.ts';
import { createDetails } from './details/draw-details.ts';
import { byId, setText } from './dom.ts';
import { createFailures } from './failures.ts';
import { filterFlows } from './filter.ts';
import { type Flow, flowsOf } from './flows.ts';
import { showHeader } from './header.ts';
import { createList } from './list.ts';
import { createMap } from './map/draw-map.ts';
import { routeMapOf } from './map/route-map.ts';
import { createNotices } from './notices.ts';
import { selectionOf } from './selection.ts';
import { createTiles, STEP_MS } from './tiles.ts';

const find = byId('find', HTMLInputElement);
const onlyTrouble = byId('troubled', HTMLInputElement);
const connection = byId('connection', HTMLParagraphElement);
const details = byId('details', HTMLElement);
const list = byId('list', HTMLElement);

const tiles = createTiles();
const showNotices = createNotices();
const showFailures = createFailures();
const showMap = createMap();
const showList = createList();
const showDetails = createDetails();

let latest: { view: SentView; flows: Flow[]; receivedAt: number } | undefined;

function receive(view: SentView): void {
  latest = { view, flows: flowsOf(view.status), receivedAt: performance.now() };
  tiles.show(view.status);
  showFailures(view.status);
  showRoutes();
  showTimes();
}

/** The map and the list, as far as they are wanted. */
function showRoutes(): void {
  if (latest === undefined) return;
  const { flows, view } = latest;
  const shown = filterFlows(flows, { words: find.value, onlyTrouble: onlyTrouble.checked });
  const alarms = new Map(view.status.forwarders.map((one) => [one.forwarder, one.alarms]));
  const map = routeMapOf(shown, selectionOf(location.hash), alarms);
  showMap(map);
  showList(shown);
  setText(byId('map-count', HTMLElement), map.summary);
  byId('map-drawing', HTMLDivElement).hidden = shown.length === 0;
  byId('none', HTMLParagraphElement).hidden = shown.length > 0;
  showSelected();
}

function showSelected(): void {
  if (latest === undefined) return;
  const selection = selectionOf(location.hash);
  const { flows } = latest;
  const wanted = { words: find.value, onlyTrouble: onlyTrouble.checked };
  const found = detailsOf(
    selection,
    selection.kind === 'rest' ? filterFlows(flows, wanted) : flows,
    viewNow(latest),
  );
  details.hidden = found === undefined;
  list.hidden = found !== undefined;
  if (found !== undefined) showDetails(found);
}

/** What changes without news: how long ago something was. */
function showTimes(): void {
  if (latest === undefined) return;
  const view = viewNow(latest);
  showHeader(view);
  showNotices(view);
  showSelected();
}

function viewNow({ view, receivedAt }: NonNullable<typeof latest>): SentView {
  return { ...view, now: view.now + performance.now() - receivedAt };
}

/** Follows a link to details: there a keyboard and a screen reader continue. */
function follow(): void {
  showRoutes();
  const isAll = details.hidden;
  const title = byId(isAll ? 'list-title' : 'details-title', HTMLHeadingElement);
  title.focus({ preventScroll: true });
  // On a narrow screen they are below the map.
  const { top } = title.getBoundingClientRect();
  if (top < 0 || top > innerHeight / 2) title.scrollIntoView({ block: 'start' });
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
  const view: SentView = JSON.parse(data);
  receive(view);
});
for (const input of [find, onlyTrouble]) input.addEventListener('input', showRoutes);
addEventListener('hashchange', follow);
byId('skip', HTMLAnchorElement).addEventListener('click', (event) => {
  // The address says what is selected.
  event.preventDefault();
  byId(details.hidden ? 'list-title' : 'details-title', HTMLHeadingElement).focus();
});
setInterval(() => {
  tiles.step();
  if (connection.dataset.state === 'live') showTimes();
}, STEP_MS);
