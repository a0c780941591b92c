import { byId, setAttribute, svg } from '../dom.ts';
import { keyed, type Shown } from '../keyed.ts';
import { SIGNS, type Tone } from '../tone.ts';
import type { MapEdge } from './edges.ts';
import { type Box, type Line, lineBetween } from './geometry.ts';

/** What is drawn later lies above. */
const ORDER: readonly Tone[] = ['quiet', 'off', 'well', 'paused', 'waiting', 'broken'];
const SIGN_RADIUS = 8;

type Drawn = MapEdge & Line;

/** Draws the lines between nodes, from where the nodes are. */
export function createEdges(nodes: ReadonlyMap<string, HTMLElement>): (edges: readonly MapEdge[]) => void {
  const drawing = byId('map-drawing', HTMLDivElement);
  const canvas = byId('map-edges', SVGSVGElement);
  const show = keyed<Drawn>(canvas, ({ from, to }) => `${from}→${to}`, createEdge);
  return (edges) => {
    const corner = drawing.getBoundingClientRect();
    const boxOf = (key: string): Box | undefined => {
      const box = nodes.get(key)?.getBoundingClientRect();
      if (box === undefined) return undefined;
      const x = (value: number) => Math.round(value - corner.left);
      const y = (value: number) => Math.round(value - corner.top);
      return { left: x(box.left), right: x(box.right), top: y(box.top), bottom: y(box.bottom) };
    };
    setAttribute(canvas, 'width', String(Math.ceil(corner.width)));
    setAttribute(canvas, 'height', String(Math.ceil(corner.height)));
    canvas.classList.toggle(
      'has-lit',
      edges.some(({ isLit }) => isLit),
    );
    const drawn = edges.flatMap((edge) => {
      const from = boxOf(edge.from);
      const to = boxOf(edge.to);
      return from === undefined || to === undefined ? [] : [{ ...edge, ...lineBetween(from, to) }];
    });
    const heightOf = ({ tone, isLit }: MapEdge) => ORDER.indexOf(tone) + (isLit ? ORDER.length : 0);
    show(drawn.sort((one, other) => heightOf(one) - heightOf(other)));
  };
}

function createEdge(): Shown<Drawn> {
  const line = svg('path', { class: 'edge' });
  const disc = svg('circle', { r: String(SIGN_RADIUS) });
  const text = svg('text', { 'text-anchor': 'middle', 'dominant-baseline': 'central' });
  const sign = svg('g', { class: 'edge-sign' }, disc, text);
  const node = svg('g', {}, line, sign);
  return {
    node,
    show({ path, sign: { x, y }, tone, isLit }) {
      setAttribute(line, 'd', path);
      setAttribute(sign, 'transform', `translate(${x} ${y})`);
      setAttribute(node, 'data-tone', tone);
      setAttribute(node, 'data-lit', String(isLit));
      if (text.textContent !== SIGNS[tone]) text.textContent = SIGNS[tone];
      sign.toggleAttribute('hidden', SIGNS[tone] === '');
    },
  };
}
