import type { Status } from '../../status.ts';
import { byId, element, setText, svg } from './dom.ts';
import { type Sums, sumsOf } from './figures.ts';
import { rate, whole } from './format.ts';

const KINDS: readonly { kind: keyof Sums; label: string; isNow: boolean }[] = [
  { kind: 'incoming', label: 'In from streams', isNow: false },
  { kind: 'delivered', label: 'Delivered to targets', isNow: false },
  { kind: 'filtered', label: 'Filtered', isNow: false },
  { kind: 'paused', label: 'Paused', isNow: false },
  { kind: 'waiting', label: 'Waiting', isNow: true },
  { kind: 'dead', label: 'Dead', isNow: true },
];
/** Between two steps of a local system, in ms. */
export const STEP_MS = 500;
/** Points of a line: half a minute of a local system, or the last readings of a deployment. */
const POINTS = 60;
/** Steps over which a rate is taken: long enough to read, short enough to follow. */
const RATE_STEPS = 10;
const WIDTH = 120;
const HEIGHT = 28;

type Tile = ReturnType<typeof createTile>;

/** Records of all routes, each counted once, with a line of how that went. */
export function createTiles(): { show: (status: Status) => void; step: () => void } {
  const list = byId('tiles', HTMLUListElement);
  const tiles = KINDS.map(createTile);
  list.append(...tiles.map(({ node }) => node));
  let latest: Status | undefined;
  const show = (tile: Tile, status: Status) => {
    const value = sumsOf(status.routes)[tile.kind];
    setText(tile.amount, value === null ? '–' : whole(value));
    setText(tile.note, noteOf(tile, status));
    tile.node.dataset.any = String(value !== null && value > 0);
  };
  const step = () => {
    if (latest === undefined) return;
    const sums = sumsOf(latest.routes);
    for (const tile of tiles) {
      tile.values.push(sums[tile.kind] ?? 0);
      if (tile.values.length > POINTS + RATE_STEPS) tile.values.shift();
      const isLocal = latest.system.kind === 'local';
      tile.line.setAttribute('points', pointsOf(lineOf(tile, latest), isLocal ? POINTS : tile.values.length));
      tile.node.dataset.line = String(tile.values.length > 1);
      show(tile, latest);
    }
  };
  return {
    show(status) {
      const isFirst = latest === undefined;
      const isRead = status.system.kind === 'deployed' && latest?.to !== status.to;
      latest = status;
      // A deployment has a value each time that it was read, a local system at each step.
      if (isFirst || isRead) step();
      else for (const tile of tiles) show(tile, status);
    },
    step() {
      if (latest?.system.kind === 'local') step();
    },
  };
}

function createTile({ kind, label, isNow }: (typeof KINDS)[number]) {
  const amount = element('strong', {}, '–');
  const note = element('small');
  const line = svg('polyline', { fill: 'none' });
  const chart = svg(
    'svg',
    { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, preserveAspectRatio: 'none', 'aria-hidden': 'true' },
    line,
  );
  const name = element('span', { class: 'label' }, label);
  const node = element('li', { class: `tile ${kind}` }, name, amount, note, chart);
  return { kind, isNow, node, amount, note, line, values: [] as number[] };
}

function noteOf({ kind, isNow, values }: Tile, status: Status): string {
  if (isNow) return status.system.kind === 'local' ? 'now' : 'messages';
  if (status.system.kind === 'local') {
    // What is paused is kept, not counted.
    return kind === 'paused'
      ? 'now'
      : rate((growths(values).at(-1) ?? 0) / ((RATE_STEPS * STEP_MS) / 1000), 's');
  }
  const value = sumsOf(status.routes)[kind] ?? 0;
  const minutes = (Date.parse(status.to) - Date.parse(status.from)) / 60_000;
  return value === 0 ? '' : rate(value / minutes, 'min');
}

/** A local system counts from its start, so that it shows how fast that grows. */
function lineOf({ isNow, kind, values }: Tile, { system }: Status): readonly number[] {
  const grows = system.kind === 'local' && !isNow && kind !== 'paused';
  return (grows ? growths(values) : values).slice(-POINTS);
}

function growths(values: readonly number[]): number[] {
  return values.map((value, at) => Math.max(0, value - (values[Math.max(0, at - RATE_STEPS)] ?? 0)));
}

/** @param places how many there is room for; the newest is at the right end */
function pointsOf(values: readonly number[], places: number): string {
  const highest = Math.max(1, ...values);
  return values
    .map((value, index) => {
      const x = ((places - values.length + index) / Math.max(1, places - 1)) * WIDTH;
      return `${x.toFixed(1)},${(HEIGHT - 2 - (value / highest) * (HEIGHT - 4)).toFixed(1)}`;
    })
    .join(' ');
}
