/** Where a node is, in pixels from the upper left corner of the map. */
export interface Box {
  left: number;
  right: number;
  top: number;
  bottom: number;
}

export interface Line {
  /** For the `d` of a path. */
  path: string;
  /** Where a sign on it is seen. */
  sign: { x: number; y: number };
}

/** How far to the left of the nodes lines go down where the columns are below each other. */
const INDENT = 16;
/** And where they do below a node. */
const INSET = 11;
const CORNER = 6;

/** A line between two nodes: a curve to a node on the right, or around the left side to one below. */
export function lineBetween(from: Box, to: Box): Line {
  const start = middleOf(from);
  const end = middleOf(to);
  if (to.left >= from.right) {
    const bend = (to.left - from.right) / 2;
    return {
      path: `M${from.right} ${start} C${from.right + bend} ${start} ${to.left - bend} ${end} ${to.left} ${end}`,
      sign: { x: from.right + bend, y: (start + end) / 2 },
    };
  }
  // To a node that is further in, the line goes down from the left end of the node above.
  const isInner = to.left > from.left;
  const x = isInner ? from.left + INSET : from.left - INDENT;
  const begin = isInner
    ? `M${x} ${from.bottom} V${end - CORNER}`
    : `M${from.left} ${start} H${x + CORNER} Q${x} ${start} ${x} ${start + CORNER} V${end - CORNER}`;
  return {
    path: `${begin} Q${x} ${end} ${x + CORNER} ${end} H${to.left}`,
    sign: { x, y: end },
  };
}

function middleOf({ top, bottom }: Box): number {
  return (top + bottom) / 2;
}
