import type { State } from '../../status.ts';

/** How something is drawn: what is the matter with it, in one word. The worst first. */
const TONES = ['broken', 'waiting', 'paused', 'off', 'well', 'quiet'] as const;

export type Tone = (typeof TONES)[number];

const BY_STATE: Readonly<Record<State, Tone>> = {
  denied: 'broken',
  dead: 'broken',
  alarm: 'broken',
  unknown: 'waiting',
  waiting: 'waiting',
  failing: 'broken',
  paused: 'paused',
  off: 'off',
  ok: 'well',
  quiet: 'quiet',
  uncounted: 'quiet',
};

export function toneOf(states: readonly State[]): Tone {
  return worstTone(states.map((state) => BY_STATE[state]));
}

export function worstTone(tones: readonly Tone[]): Tone {
  return TONES.find((tone) => tones.includes(tone)) ?? 'quiet';
}

/** The tone of several things that are drawn as one: paused or off only where there is nothing else. */
export function toneTogether(tones: readonly Tone[]): Tone {
  const worst = worstTone(tones);
  if (worst !== 'paused' && worst !== 'off') return worst;
  const others = tones.filter((tone) => tone !== 'paused' && tone !== 'off');
  return others.length === 0 ? worst : worstTone(others);
}

/** For sorting: the worst first. What is well and what is quiet are equal. */
export function rankOf(tone: Tone): number {
  return Math.min(TONES.indexOf(tone), TONES.indexOf('well'));
}

/** Whether somebody has to act. */
export function isTroubled(tone: Tone): boolean {
  return tone === 'broken' || tone === 'waiting';
}

export function isWell(tone: Tone): boolean {
  return tone === 'well' || tone === 'quiet';
}

/** A sign for those who see no difference between the colours. */
export const SIGNS: Readonly<Record<Tone, string>> = {
  broken: '✕',
  waiting: '!',
  paused: '‖',
  off: '○',
  well: '',
  quiet: '',
};
