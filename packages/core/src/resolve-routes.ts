import { functionArn, partitionOf, roleArn, routeRoleName, streamArn } from './names.ts';
import { nearest } from './nearest.ts';
import type { Path, Report } from './problem.ts';
import type { Forwarder, Route, Routes, Source, Stream, Target } from './routes.ts';
import type { RouteEntry, RoutesFile, TargetEntry } from './schema.ts';

export interface Resolved {
  routes: Routes;
  /** Where each resolved route and target stands in the file. */
  pathOf: Map<Route | Target, Path>;
}

/**
 * Fills in every default, account and name. What cannot be resolved is reported and left out.
 * Entries for which `skip` answers true are left out in silence: their shape is reported already.
 */
export function resolveRoutes(file: RoutesFile, report: Report, skip: (path: Path) => boolean): Resolved {
  const source: Source = { ...file.source, partition: partitionOf(file.source.region) };
  const name = file.name ?? 'xacct';
  const groups = resolveGroups(file, report);
  const pathOf: Resolved['pathOf'] = new Map();
  const routes: Route[] = [];

  for (const [index, entry] of file.routes.entries()) {
    const path = ['routes', index];
    if (skip(path)) continue;
    const stream = resolveStream(entry.stream, source, [...path, 'stream'], report);
    if (stream === undefined) continue;
    const route = resolveRoute(entry, stream, file.defaults ?? {});
    for (const [position, targetEntry] of entry.targets.entries()) {
      const targetPath = [...path, 'targets', position];
      if (skip(targetPath)) continue;
      for (const account of accountsOf(targetEntry, file, groups, targetPath, report)) {
        const target = resolveTarget(targetEntry, account, route.name, name, source, file.defaults ?? {});
        route.targets.push(target);
        pathOf.set(target, targetPath);
      }
    }
    routes.push(route);
    pathOf.set(route, path);
  }

  return { routes: { name, source, forwarders: forwardersOf(routes, file), routes }, pathOf };
}

type Defaults = NonNullable<RoutesFile['defaults']>;

function resolveRoute(entry: RouteEntry, stream: Stream, defaults: Defaults): Route {
  return {
    name: entry.name ?? stream.name,
    forwarder: entry.forwarder ?? defaults.forwarder ?? 'default',
    stream,
    startingPosition: entry.startingPosition ?? defaults.startingPosition ?? 'TRIM_HORIZON',
    batchSize: entry.batchSize ?? defaults.batchSize ?? 100,
    batchWindowSeconds: entry.batchWindowSeconds ?? defaults.batchWindowSeconds ?? 1,
    parallelizationFactor: entry.parallelizationFactor ?? defaults.parallelizationFactor ?? 1,
    maximumRetryAttempts: entry.maximumRetryAttempts ?? defaults.maximumRetryAttempts ?? 10,
    maximumRecordAgeSeconds: entry.maximumRecordAgeSeconds ?? defaults.maximumRecordAgeSeconds ?? 86_400,
    enabled: entry.enabled ?? defaults.enabled ?? true,
    targets: [],
  };
}

function resolveTarget(
  entry: TargetEntry,
  account: string,
  routeName: string,
  name: string,
  source: Source,
  defaults: Defaults,
): Target {
  const region = entry.region ?? defaults.region ?? source.region;
  return {
    account,
    region,
    functionArn: functionArn(source.partition, region, account, entry.function),
    roleArn: roleArn(source, account, routeRoleName(name, routeName)),
    externalId: entry.externalId ?? `${name}:${routeName}`,
    invocation: entry.invocation ?? defaults.invocation ?? 'event',
    onFailure: entry.onFailure ?? defaults.onFailure ?? 'block',
  };
}

function resolveStream(written: string, source: Source, path: Path, report: Report): Stream | undefined {
  const name = written.slice(written.lastIndexOf('/') + 1);
  const arn = streamArn(source, name);
  if (written.startsWith('arn:') && written !== arn) {
    const message = `expected a stream of the source (${source.account}, ${source.region}), got ${written}`;
    report(path, 'foreign-stream', message, `write ${arn}, or change "source"`);
    return undefined;
  }
  return { service: 'kinesis', name, arn };
}

/** The account ids of each group, each once. */
function resolveGroups(file: RoutesFile, report: Report): Map<string, string[]> {
  const groups = Object.entries(file.groups ?? {}).map(([group, members]): [string, string[]] => {
    const accounts = members.flatMap((member, index) =>
      accountId(member, file, ['groups', group, index], report),
    );
    return [group, [...new Set(accounts)]];
  });
  return new Map(groups);
}

/** The account ids of a target entry: one for `account`, each of the group's for `group`. */
function accountsOf(
  entry: TargetEntry,
  file: RoutesFile,
  groups: Map<string, string[]>,
  path: Path,
  report: Report,
): string[] {
  if ((entry.account === undefined) === (entry.group === undefined)) {
    const [got, mend] = entry.account === undefined ? ['neither', 'add'] : ['both', 'remove'];
    const message = `expected either "account" or "group", got ${got}`;
    report(path, 'account-or-group', message, `${mend} one of them`);
    return [];
  }
  if (entry.group === undefined) {
    return accountId(entry.account ?? '', file, [...path, 'account'], report);
  }
  const accounts = groups.get(entry.group);
  if (accounts !== undefined) return accounts;
  const known = [...groups.keys()];
  const allowed = known.length > 0 ? `one of ${known.join(', ')}` : 'a name from "groups"';
  const message = `group ${JSON.stringify(entry.group)} is not known, expected ${allowed}`;
  report([...path, 'group'], 'unknown-group', message, meant(entry.group, known) ?? 'add it to "groups"');
  return [];
}

function accountId(written: string, file: RoutesFile, path: Path, report: Report): string[] {
  if (/^\d{12}$/.test(written)) return [written];
  const id = file.accounts && Object.hasOwn(file.accounts, written) ? file.accounts[written] : undefined;
  if (id !== undefined) return [id];
  const known = Object.keys(file.accounts ?? {});
  const allowed =
    known.length > 0 ? `one of ${known.join(', ')}, or 12 digits` : 'a name from "accounts", or 12 digits';
  const message = `account ${JSON.stringify(written)} is not known, expected ${allowed}`;
  const hint = /^\d+$/.test(written)
    ? `an account id has 12 digits, this has ${written.length}`
    : (meant(written, known) ?? 'add it to "accounts"');
  report(path, 'unknown-account', message, hint);
  return [];
}

function meant(written: string, known: string[]): string | undefined {
  const near = nearest(written, known);
  return near && `did you mean "${near}"?`;
}

function forwardersOf(routes: Route[], file: RoutesFile): Forwarder[] {
  const names = [...new Set(routes.map((route) => route.forwarder))];
  return names.map((name) => {
    const settings =
      file.forwarders && Object.hasOwn(file.forwarders, name) ? file.forwarders[name] : undefined;
    return { name, memoryMB: settings?.memoryMB ?? 512, timeoutSeconds: settings?.timeoutSeconds ?? 60 };
  });
}
