import type { Status } from '../monitor/status.ts';
import { openStatusScreen } from '../monitor/terminal/open-status-screen.ts';
import { paintFor } from '../monitor/terminal/paint.ts';
import { renderReport } from '../monitor/terminal/render-report.ts';
import type { Terminal } from '../terminal/screen.ts';

/** Where a status is shown that is read again and again. */
export interface Display {
  show(status: Status): void;
  /** Says why there is no newer one. */
  failed(reason: string): void;
  /** Leaves the last one. */
  close(): void;
}

/** As `process.stdout`. */
type Output = Terminal & NodeJS.WritableStream & { readonly isTTY?: boolean };

/** The status as text; on a terminal, no line is longer than that. */
export function reportOn(output: Output): (status: Status) => string {
  const columns = output.isTTY ? output.columns : undefined;
  const paint = paintFor(output);
  return (status) => renderReport(status, { columns, paint });
}

/** On a terminal, each status replaces the one before; elsewhere they follow each other. */
export function openDisplay(output: Output): Display {
  if (!output.isTTY) {
    const report = reportOn(output);
    return {
      show: (status) => void output.write([report(status), ...status.unread.map(line)].join('')),
      failed: (reason) => void output.write(line(notRead(reason))),
      close: () => {},
    };
  }
  let shown: { status: Status; problem?: string } | undefined;
  const hint = () =>
    `read at ${new Date(shown?.status.to ?? 0).toTimeString().slice(0, 8)}, again each minute; Ctrl-C stops it`;
  const screen = openStatusScreen(output, paintFor(output), () => shown && { ...shown, hint: hint() });
  return {
    show(status) {
      shown = { status };
      screen.paint();
    },
    failed(reason) {
      if (shown !== undefined) shown = { ...shown, problem: notRead(reason) };
      screen.paint();
    },
    close: () => screen.close(),
  };
}

/** For programs: each status is a line of JSON on standard output, and nothing else is. */
export function openLines(): Display {
  return {
    show: (status) => void process.stdout.write(line(JSON.stringify(status))),
    failed: (reason) => void process.stderr.write(line(notRead(reason))),
    close: () => {},
  };
}

const notRead = (reason: string) => `Not read again: ${reason}`;

const line = (text: string) => `${text}\n`;
