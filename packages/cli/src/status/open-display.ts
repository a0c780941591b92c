import { openScreen, type Terminal } from '../terminal/screen.ts';

/** Where a report is shown that is written again and again. */
export interface Display {
  show(text: string): void;
  /** Shows why there is no newer one than this. */
  failed(reason: string, last: string): void;
  /** Leaves the last report. */
  close(): void;
}

const FOOTER = 'Read again each minute; Ctrl-C stops it';
/** The footer, and the line of the cursor. */
const BELOW = 2;

/** On a terminal, each report replaces the one before, as much as fits; elsewhere they follow each other. */
export function openDisplay(output: Terminal & { readonly isTTY?: boolean }): Display {
  if (output.isTTY !== true) {
    const show = (text: string) => void output.write(text);
    return { show, failed: (reason) => show(notRead(reason)), close: () => {} };
  }
  let lines: string[] = [];
  const screen = openScreen(output, ({ rows }) => [...lines.slice(0, Math.max(0, rows - BELOW)), FOOTER]);
  const show = (text: string) => {
    lines = text.trimEnd().split('\n');
    screen.paint();
  };
  return {
    show,
    // Above the rest, of which the end may have no room.
    failed: (reason, last) => show(`${notRead(reason)}${last}`),
    close: () => screen.close(),
  };
}

/** For programs: the reports are lines on standard output, and nothing else is. */
export function openLines(): Display {
  return {
    show: (text) => void process.stdout.write(text),
    failed: (reason) => void process.stderr.write(notRead(reason)),
    close: () => {},
  };
}

function notRead(reason: string): string {
  return `Not read again: ${reason}\n`;
}
