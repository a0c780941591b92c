import type { Failure } from '../../failures.ts';
import { byId, element, setText } from './dom.ts';
import { timeOfDay, whole } from './format.ts';

/** The table of the last failures, the newest first. */
export function showFailures(
  failures: readonly Failure[],
  accountNames: Readonly<Record<string, string>>,
): void {
  byId('no-failures', HTMLParagraphElement).hidden = failures.length > 0;
  byId('failures-region', HTMLDivElement).hidden = failures.length === 0;
  const body = byId('failures', HTMLTableSectionElement);
  for (const [index, failure] of failures.entries()) {
    const row = body.rows[index] ?? body.appendChild(createRow());
    const texts = cellsOf(failure, accountNames);
    for (const [column, text] of texts.entries()) {
      const cell = row.cells[column];
      if (cell !== undefined) setText(cell, text);
    }
  }
  while (body.rows.length > failures.length) body.deleteRow(-1);
}

function createRow(): HTMLTableRowElement {
  const number = () => element('td', { class: 'number' });
  return element(
    'tr',
    {},
    element('td', { class: 'time' }),
    element('td'),
    element('td'),
    element('td', { class: 'reason' }),
    number(),
    number(),
  );
}

function cellsOf(
  { at, route, target, functionName, reason, times, records }: Failure,
  accountNames: Readonly<Record<string, string>>,
): string[] {
  const place =
    target === undefined
      ? (functionName ?? '–')
      : `${accountNames[target.account] ?? target.account} / ${target.qualifiedName}`;
  return [timeOfDay(at), route ?? '–', place, reason, whole(times), records > 0 ? whole(records) : '–'];
}
