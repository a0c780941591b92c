import type { Flow } from '../../traffic.ts';
import { byId, element, setText, svg } from './dom.ts';
import { rate, whole } from './format.ts';

const KINDS: readonly [keyof Flow, string][] = [
  ['recordsIn', 'In'],
  ['delivered', 'Delivered'],
  ['filtered', 'Filtered'],
  ['parked', 'Parked'],
  ['failed', 'Failed'],
];
/** Points of a line: two a second for half a minute. */
const POINTS = 60;
const WIDTH = 120;
const HEIGHT = 28;

/** The five figures over all targets, each with a line of how it went. */
export function createTiles(): { show: (flow: Flow) => void; step: () => void } {
  const list = byId('tiles', HTMLUListElement);
  const tiles = KINDS.map(([kind, label]) => {
    const now = element('strong', {}, '–');
    const total = element('small', {}, '0 in all');
    const line = svg('polyline', { fill: 'none' });
    const chart = svg(
      'svg',
      { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, preserveAspectRatio: 'none', 'aria-hidden': 'true' },
      line,
    );
    list.append(
      element('li', { class: `tile ${kind}` }, element('span', { class: 'label' }, label), now, total, chart),
    );
    return { kind, now, total, line, points: new Array<number>(POINTS).fill(0), latest: 0 };
  });

  return {
    show(flow) {
      for (const tile of tiles) {
        const { perSecond, total } = flow[tile.kind];
        tile.latest = perSecond;
        setText(tile.now, rate(perSecond));
        setText(tile.total, `${whole(total)} in all`);
      }
    },
    step() {
      // All lines have one scale, so that they can be compared.
      for (const tile of tiles) tile.points = [...tile.points.slice(1), tile.latest];
      const highest = Math.max(1, ...tiles.flatMap(({ points }) => points));
      for (const { line, points } of tiles) {
        const drawn = points.map((value, index) => {
          const y = HEIGHT - 2 - (value / highest) * (HEIGHT - 4);
          return `${((index / (POINTS - 1)) * WIDTH).toFixed(1)},${y.toFixed(1)}`;
        });
        line.setAttribute('points', drawn.join(' '));
      }
    },
  };
}
