import { stripVTControlCharacters } from 'node:util';

/** The parts of a terminal that a screen uses, as of `process.stdout`. */
export interface Terminal {
  readonly columns: number;
  readonly rows: number;
  write(text: string): unknown;
  on(event: 'resize', listener: () => void): unknown;
  off(event: 'resize', listener: () => void): unknown;
}

export interface Screen {
  /** Writes lines that stay, above what is painted. Nothing in them may move the cursor. */
  print(text: string): void;
  /** Paints again where something differs. */
  paint(): void;
  /** Leaves the last picture and gives the terminal back. */
  close(): void;
}

const HIDE_CURSOR = '\x1b[?25l';
const SHOW_CURSOR = '\x1b[?25h';
/** A line that is too long is cut by the terminal: were it wrapped, the lines could not be counted. */
const NO_WRAP = '\x1b[?7l';
const WRAP = '\x1b[?7h';
const CLEAR_BELOW = '\x1b[J';

/**
 * The lower part of a terminal, painted over and over; what is printed scrolls by above it.
 *
 * @param render the lines to paint, at this size; more lines than fit are left out
 */
export function openScreen(
  terminal: Terminal,
  render: (size: { columns: number; rows: number }) => readonly string[],
): Screen {
  let painted: readonly string[] = [];
  const erase = () => (painted.length === 0 ? '' : `\r\x1b[${painted.length}A${CLEAR_BELOW}`);
  const draw = (lines: readonly string[]) =>
    lines.length === 0 ? '' : `${NO_WRAP}${lines.join('\n')}\n${WRAP}`;
  const next = () => {
    const { columns, rows } = terminal;
    // The cursor is on a line of its own below.
    return render({ columns, rows }).slice(0, Math.max(0, rows - 1));
  };
  const repaint = (before: string) => {
    const lines = next();
    terminal.write(`${before}${draw(lines)}`);
    painted = lines;
  };
  const onResize = () => {
    // A narrower terminal has wrapped what it shows: that takes more lines now.
    const { columns, rows } = terminal;
    const taken = painted.map((line) => Math.ceil(stripVTControlCharacters(line).length / columns) || 1);
    const lines = Math.min(
      rows - 1,
      taken.reduce((sum, count) => sum + count, 0),
    );
    repaint(lines === 0 ? '' : `\r\x1b[${lines}A${CLEAR_BELOW}`);
  };
  const giveBack = () => void terminal.write(SHOW_CURSOR);

  terminal.write(HIDE_CURSOR);
  terminal.on('resize', onResize);
  process.once('exit', giveBack);
  return {
    print: (text) => repaint(`${erase()}${text}\n`),
    paint() {
      const lines = next();
      if (lines.length === painted.length && lines.every((line, index) => line === painted[index])) return;
      terminal.write(`${erase()}${draw(lines)}`);
      painted = lines;
    },
    close() {
      terminal.off('resize', onResize);
      process.off('exit', giveBack);
      giveBack();
    },
  };
}
