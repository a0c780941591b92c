import type { RoutedAws, RoutedAwsEvents } from '@xacct/reconcile';
import { withDenial } from '../local-aws/with-denial.ts';
import { openStatusScreen } from '../monitor/terminal/open-status-screen.ts';
import { paintFor } from '../monitor/terminal/paint.ts';
import { oneLine } from '../terminal/fit.ts';
import type { Screen } from '../terminal/screen.ts';
import type { Feed } from './feed/feed.ts';

/** Between two paintings of the status, in ms. */
const PAINT_MS = 500;

export interface Output {
  /** Listeners for what happens in the local AWS. */
  events: RoutedAwsEvents;
  /** Address of the page, once there is one. */
  page: string | undefined;
  /** Writes lines that stay. */
  print(text: string): void;
  /** Shows the status from now on, where there is a terminal to show it on; returns how to end that. */
  show(aws: RoutedAws, accountNames: () => ReadonlyMap<string, string>): () => void;
}

/** Plain lines on standard error; on a terminal the status below them as well, always up to date. */
export function openOutput(feed: Feed, { json }: { json: boolean }): Output {
  let screen: Screen | undefined;
  const print = (text: string) => {
    // Where it goes to a file, it goes there as before.
    if (screen === undefined || !process.stderr.isTTY) process.stderr.write(`${text}\n`);
    else screen.print(text);
  };
  /** Prints a line of a function. On a painted terminal, nothing in it may move the cursor. */
  const printOf = (name: string, line: string) =>
    print(`[${name}] ${screen === undefined ? line : oneLine(line)}`);

  const output: Output = {
    page: undefined,
    print,
    events: {
      onLog(name, line) {
        const entry = feed.log(name, line);
        // What the forwarder counts is for CloudWatch.
        if (entry.kind === 'counts' || entry.kind === 'other metrics') return;
        if (screen === undefined || entry.kind === 'line') printOf(name, line);
        else if (entry.kind === 'error') {
          printOf(name, entry.reason);
          if (entry.place !== undefined) printOf(name, `  ${entry.place}`);
        }
        // The picture shows the failures of targets, with their count and place.
      },
      onProblem(message) {
        feed.problem(message);
        print(screen === undefined ? withDenial(message) : oneLine(message));
      },
      onCall(call) {
        feed.call(call);
        if (call.error !== undefined && screen === undefined)
          print(withDenial(`${call.action} failed: ${call.error}: ${call.message}`));
      },
      onAlarm({ deployed: { name, description }, state, reason }, before) {
        if (state === 'ALARM') {
          const raised = `Alarm ${name} is raised: ${description ?? reason}`;
          print(screen === undefined ? raised : oneLine(raised));
        } else if (before === 'ALARM') print(`Alarm ${name} is over`);
      },
      onFiltered: (route, eventIds) => feed.filtered(route, eventIds.length),
      onFailedBatch: feed.failedBatch,
      onIncoming: feed.incoming,
      onInvocation: feed.invoked,
    },
    show(aws, accountNames) {
      if (json || !process.stdout.isTTY) return () => {};
      const { stdout } = process;
      const read = () => feed.status(aws, accountNames());
      // Not for each line that is printed.
      let status = read();
      const view = () => ({ status, hint: hintOf(output.page) });
      const opened = openStatusScreen(stdout, paintFor(stdout), view);
      screen = opened;
      opened.paint();
      const timer = setInterval(() => {
        status = read();
        opened.paint();
      }, PAINT_MS);
      return () => {
        if (screen === undefined) return;
        clearInterval(timer);
        opened.close();
        screen = undefined;
      };
    },
  };
  return output;
}

function hintOf(page: string | undefined): string {
  return page === undefined ? 'Ctrl-C stops it' : `page ${page}; Ctrl-C stops it`;
}
