import { stripVTControlCharacters, styleText } from 'node:util';
import { count } from '../terminal/count.ts';
import type { Finding } from './finding.ts';

/** How many consequences a line lists. */
const MOST_CONSEQUENCES = 3;
const COLOURS = { error: 'red', warning: 'yellow' } as const;

/** What was examined. */
export interface Scope {
  routes: number;
  targets: number;
}

/** The worst first, and by name among equals. */
export function sortFindings(findings: readonly Finding[]): Finding[] {
  const { compare } = new Intl.Collator('en', { numeric: true });
  return findings.toSorted(
    (one, other) => compare(one.severity, other.severity) || compare(one.where, other.where),
  );
}

/** A line for each finding, or one that all is well. */
export function renderFindings(
  findings: readonly Finding[],
  { routes, targets }: Scope,
  stream: NodeJS.WritableStream,
): string {
  const scope = `${count(routes, 'route')}, ${count(targets, 'target')}`;
  if (findings.length === 0) return `${scope}: all well\n`;
  return findings.map((finding) => `${renderFinding(finding, stream)}\n`).join('');
}

function renderFinding(
  { severity, where, found, expected, fix, consequences = [] }: Finding,
  stream: NodeJS.WritableStream,
): string {
  const more = consequences.length - MOST_CONSEQUENCES;
  const follows =
    consequences.length === 0
      ? ''
      : ` This explains: ${consequences.slice(0, MOST_CONSEQUENCES).join('; ')}${more > 0 ? `; and ${more} more` : ''}.`;
  const line = `${where}: ${found}. Expected: ${expected}.${follows} Fix: ${fix}`;
  return `${styleText(COLOURS[severity], severity.padEnd('warning'.length), { stream })} ${oneLine(line)}`;
}

/** `2 errors, 1 warning in 30 routes, 300 targets` */
export function renderSum(findings: readonly Finding[], { routes, targets }: Scope): string {
  const numberOf = (severity: Finding['severity']) =>
    findings.filter((finding) => finding.severity === severity).length;
  const kinds = [count(numberOf('error'), 'error'), count(numberOf('warning'), 'warning')];
  return `${kinds.filter((text) => !text.startsWith('0 ')).join(', ')} in ${count(routes, 'route')}, ${count(targets, 'target')}`;
}

function oneLine(text: string): string {
  return stripVTControlCharacters(text).replaceAll(/[\p{Cc}\s]+/gu, ' ');
}
