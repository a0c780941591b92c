import type { AssemblyChange } from '@xacct/reconcile';
import { count } from '../terminal/count.ts';
import type { RoutesEdit } from './follow-routes.ts';

/** The outcome of an edit of the routes file: one line, or several if something is wrong. */
export function renderEdit(config: string, edit: RoutesEdit): string {
  if (edit.outcome === 'refused')
    return `${edit.problem}\n${config}: not applied; the previous version continues to run`;
  const warnings = edit.warnings === '' ? '' : `${edit.warnings}\n`;
  return `${warnings}${config}: ${renderChange(edit.change)}`;
}

function renderChange({ added, changed, removed, unchanged, functions }: AssemblyChange): string {
  const parts = [
    named('added', added),
    named('changed', changed),
    named('removed', removed),
    functions.length > 0 && `changed ${functions.join(', ')}`,
  ].filter((part) => part !== false);
  if (parts.length === 0) return 'applied; nothing changed';
  return `${parts.join(', ')}; ${count(unchanged, 'route')} as before`;
}

function named(verb: string, routes: readonly string[]): string | false {
  return routes.length > 0 && `${verb} ${routes.length === 1 ? 'route' : 'routes'} ${routes.join(', ')}`;
}
