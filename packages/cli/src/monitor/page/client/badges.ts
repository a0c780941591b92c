import type { State } from '../../status.ts';
import { element, setAttribute, setText } from './dom.ts';
import { keyed, type Shown } from './keyed.ts';
import { SIGNS, toneOf } from './tone.ts';

/** The states of something, the worst first, each with a sign and a colour. */
export function createBadges(): Shown<readonly State[]> {
  const node = element('span', { class: 'badges' });
  const show = keyed<State>(node, (state) => state, createBadge);
  return { node, show };
}

function createBadge(of: State): Shown<State> {
  const tone = toneOf([of]);
  const text = element('span');
  const sign = element('span', { class: 'sign', 'aria-hidden': 'true' }, SIGNS[tone]);
  const node = element('span', { class: 'badge' }, ...(SIGNS[tone] === '' ? [] : [sign]), text);
  setAttribute(node, 'data-tone', tone);
  return { node, show: (state) => setText(text, state) };
}
