import leven from 'leven';

/** Comparing with more names would take longer than a hint is worth: a file may hold thousands of wrong names. */
const MOST_NAMES = 300;

/** The known name that differs by the fewest edits, if it is near enough to be meant. */
export function nearest(written: string, known: string[]): string | undefined {
  if (known.length > MOST_NAMES) return undefined;
  const ranked = known
    .map((name) => ({ name, edits: leven(written.toLowerCase(), name.toLowerCase()) }))
    .sort((a, b) => a.edits - b.edits);
  const best = ranked[0];
  const isNear = best !== undefined && best.edits <= Math.max(2, written.length / 3);
  return isNear && best.edits < written.length / 2 + 1 ? best.name : undefined;
}

/** The hint for a name that is not known; undefined where no known one is near. */
export function didYouMean(written: string, known: string[]): string | undefined {
  const near = nearest(written, known);
  return near === undefined ? undefined : `did you mean "${near}"?`;
}
