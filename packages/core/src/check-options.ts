import { checkFilterPattern } from './filter/check-filter-pattern.ts';
import { limits } from './limits.ts';
import { nearest } from './nearest.ts';
import { formatPath, type Path, type Report } from './problem.ts';
import type { Resolved } from './resolve-routes.ts';
import type { Route } from './routes.ts';
import type { SoundFile, SoundRoute } from './sound-part.ts';

/** Finds options that AWS would refuse, or that do not do what they seem to. */
export function checkOptions(
  file: SoundFile,
  { routes, pathOf }: Resolved,
  report: Report,
  warn: Report,
): void {
  for (const route of routes.routes) {
    const path = pathOf.get(route) ?? [];
    const entry = file.routes[Number(path[1])];
    if (entry === undefined) continue;
    checkStreamOptions(route, entry, path, report, warn);
    checkBatching(route, path, warn);
  }
  checkBlocking({ routes, pathOf }, file, warn);
  checkFilters(file, routes.routes, pathOf, report);
  checkOrganization(file, report);
  checkForwarders(file, routes.routes, warn);
}

function checkStreamOptions(route: Route, entry: SoundRoute, path: Path, report: Report, warn: Report): void {
  const { stream, enhancedFanOut, deaggregate, filters, maximumRecordAgeSeconds } = route;
  if (stream.service === 'dynamodb') {
    for (const option of ['enhancedFanOut', 'deaggregate', 'kmsKey'] as const) {
      if (!entry[option]) continue;
      const message = `expected a Kinesis stream for "${option}", got a DynamoDB stream`;
      report([...path, option], 'not-for-dynamodb', message, 'remove it');
    }
    const { retentionSeconds } = limits.dynamodb;
    if (maximumRecordAgeSeconds > retentionSeconds) {
      const message = `${maximumRecordAgeSeconds} s is beyond the ${retentionSeconds} s for which a DynamoDB stream keeps its records`;
      warn(
        [...path, 'maximumRecordAgeSeconds'],
        'beyond-retention',
        message,
        `write ${retentionSeconds} or less`,
      );
    }
  }
  if (filters.length > limits.eventSourceMapping.filtersByDefault) {
    const message = `${filters.length} filters are more than the ${limits.eventSourceMapping.filtersByDefault} that an account may have for a mapping by default`;
    warn([...path, 'filters'], 'filter-quota', message, 'ask for a higher quota before you deploy');
  }
  if (filters.length > 0 && deaggregate && !enhancedFanOut) {
    const message =
      'Lambda does not apply filters to aggregated records that it reads without enhanced fan-out';
    warn(
      [...path, 'filters'],
      'filter-of-aggregates',
      message,
      'set "enhancedFanOut", or use the targets\' "filter"',
    );
  }
}

function checkBatching({ batchSize, batchWindowSeconds }: Route, path: Path, warn: Report): void {
  if (batchWindowSeconds !== 0 || batchSize <= 10) return;
  const message = `with a window of 0 s a batch seldom holds the ${batchSize} records of "batchSize"`;
  warn(
    [...path, 'batchWindowSeconds'],
    'no-batching',
    message,
    'wait at least 1 s, or lower "batchSize" to 10',
  );
}

/** Said once for each place where "block" is written, however many targets it holds for. */
function checkBlocking({ routes, pathOf }: Resolved, file: SoundFile, warn: Report): void {
  const said = new Set<string>();
  for (const route of routes.routes) {
    for (const target of route.targets) {
      if (target.invocation !== 'event' || target.onFailure !== 'block') continue;
      const path = pathOf.get(target) ?? [];
      const place = placeOfOnFailure(path, file);
      if (said.has(formatPath(place))) continue;
      said.add(formatPath(place));
      const message =
        'with "event" the stream waits until the target\'s queue has the batch, not until its function is done; order is lost there';
      warn(place, 'block-with-event', message, 'set "invocation: request-response" to wait for the function');
    }
  }
}

/** Where the option that holds for a target is written: beside it, on its route, or under `defaults`. */
function placeOfOnFailure(path: Path, file: SoundFile): Path {
  const route = file.routes[Number(path[1])];
  if (route?.targets[Number(path[3])]?.onFailure !== undefined) return [...path, 'onFailure'];
  return route?.onFailure === undefined ? ['defaults', 'onFailure'] : [...path.slice(0, 2), 'onFailure'];
}

/** Each pattern once, where it is written, however many routes and targets it holds for. */
function checkFilters(
  file: SoundFile,
  routes: readonly Route[],
  pathOf: Resolved['pathOf'],
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

/** Without an organization the pattern would be for the roles of the whole world. */
function checkOrganization({ source, forwarders = {} }: SoundFile, report: Report): void {
  if (source === undefined || source.organizationId !== undefined) return;
  for (const [name, { assumeRoles }] of Object.entries(forwarders)) {
    if (assumeRoles !== 'organization') continue;
    const message = '"organization" needs the "organizationId" of "source", which is missing';
    const hint = 'write the id of your organization there, or "assumeRoles: listed" here';
    report(['forwarders', name, 'assumeRoles'], 'no-organization', message, hint);
  }
}

function checkForwarders(file: SoundFile, routes: readonly Route[], warn: Report): void {
  const used = [...new Set(routes.map((route) => route.forwarder))];
  for (const name of Object.keys(file.forwarders ?? {})) {
    if (used.includes(name)) continue;
    const near = nearest(name, used);
    const hint =
      near === undefined ? 'name it as "forwarder" of a route, or remove it' : `did you mean "${near}"?`;
    warn(['forwarders', name], 'unused-forwarder', `no route uses forwarder ${JSON.stringify(name)}`, hint);
  }
}
