import type { RouteStatus } from '../../../status.ts';
import type { PageView } from '../../page-view.ts';
import { sizeOf } from '../figures.ts';
import type { Flow } from '../flows.ts';

/** A command that shows more or changes something, as it is typed. */
export interface Command {
  text: string;
  /** What it is good for. */
  use: string;
}

type Shown = Pick<PageView, 'options' | 'status'>;

export function commandsOfRoute(route: RouteStatus, shown: Shown): Command[] {
  const name = route.route;
  return [
    command(shown, ['doctor', name], 'What is broken, and its fix'),
    command(shown, ['parked', name, '--sample', '100'], 'Which records wait, and why'),
    ...(sizeOf(route.dead) > 0
      ? [command(shown, ['redrive', name], 'Send dead letters again, once the cause is removed')]
      : []),
    command(shown, ['trace', name, '--sequence-number', 'NUMBER'], 'What became of one record'),
    ...historyOf(route, shown),
  ];
}

export function commandsOfTarget({ route, target, accountName, argument }: Flow, shown: Shown): Command[] {
  const name = route.route;
  const hasDead = target.dead === null ? sizeOf(route.dead) > 0 : target.dead > 0;
  // The file is all that a local AWS follows.
  const only = shown.status.system.kind === 'local' ? ['--no-deploy'] : [];
  return [
    command(shown, ['doctor', name, '--account', accountName], 'What is broken, and its fix'),
    command(shown, ['parked', name, '--sample', '100'], 'Which records wait, and why'),
    ...(hasDead
      ? [
          command(
            shown,
            ['redrive', name, '--target', argument],
            'Send dead letters again, once the cause is removed',
          ),
        ]
      : []),
    target.states.includes('paused')
      ? command(
          shown,
          ['resume', name, argument, ...only],
          'Send it records again, those that are kept first',
        )
      : command(shown, ['pause', name, argument, ...only], 'Keep its records until it is repaired'),
    command(shown, ['trace', name, '--sequence-number', 'NUMBER'], 'What became of one record'),
    ...historyOf(route, shown),
  ];
}

export function commandsOfAccount({ accountName }: Flow, shown: Shown): Command[] {
  return [command(shown, ['doctor', '--account', accountName], 'What is broken, and its fix')];
}

export function commandsOfRoutes(routes: readonly RouteStatus[], shown: Shown): Command[] {
  const names = routes.map(({ route }) => route);
  return [command(shown, ['doctor', ...names], 'What is broken, and its fix')];
}

/** A local AWS counts since its start. */
function historyOf({ route }: RouteStatus, shown: Shown): Command[] {
  if (shown.status.system.kind === 'local') return [];
  return [command(shown, ['status', route, '--since', '12h'], 'The figures of a longer time')];
}

function command({ options }: Shown, words: readonly string[], use: string): Command {
  return { text: ['xacct', ...words, ...options].map(quoted).join(' '), use };
}

/** Quotes a word where a shell would otherwise split or change it. */
function quoted(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}
