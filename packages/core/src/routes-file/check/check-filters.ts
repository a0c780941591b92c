import { checkFilterPattern } from '../../filter/check-filter-pattern.ts';
import type { Route } from '../../model/routes.ts';
import type { Path, Report } from '../../problems/problem.ts';
import type { Resolved } from '../resolve/resolve-routes.ts';
import type { SoundFile } from '../resolve/sound-part.ts';

/** Each pattern once, where it is written, however many routes and targets it holds for. */
export function checkFilters(
  file: SoundFile,
  { routes: { routes }, pathOf }: Resolved,
  report: Report,
): void {
  const check = (pattern: unknown, service: Route['stream']['service'], path: Path) => {
    if (typeof pattern !== 'object' || pattern === null) return;
    checkFilterPattern(pattern, service, path, report);
    if (JSON.stringify(pattern).includes('{{')) {
      const message =
        'expected texts without "{{", which CloudFormation and Parameter Store take for a reference';
      report(path, 'double-brace', message, 'match a part of the text without it, by "prefix" or "suffix"');
    }
  };
  // A pattern under `defaults` has to do for streams of every kind that it holds for.
  const { filters = [], filter } = file.defaults ?? {};
  for (const service of new Set(routes.map(({ stream }) => stream.service))) {
    for (const [index, pattern] of filters.entries()) check(pattern, service, ['defaults', 'filters', index]);
    check(filter, service, ['defaults', 'filter']);
  }

  for (const route of routes) {
    const path = pathOf.get(route) ?? [];
    const entry = file.routes[Number(path[1])];
    const { service } = route.stream;
    for (const [index, pattern] of (entry?.filters ?? []).entries()) {
      check(pattern, service, [...path, 'filters', index]);
    }
    check(entry?.filter, service, [...path, 'filter']);
    for (const [index, target] of (entry?.targets ?? []).entries()) {
      check(target?.filter, service, [...path, 'targets', index, 'filter']);
    }
  }
}
