import type { Forwarder, Route, Routes, Source, Stream, Target } from '../../model/routes.ts';
import { partitionOf } from '../../names/arn.ts';
import { namesOf } from '../../names/names.ts';
import { kmsKeyArn, queueUrl } from '../../names/resource-arns.ts';
import type { Path, Report } from '../../problems/problem.ts';
import { sharedRouteOptions } from '../../schema/route-options.ts';
import type { RoutesFile } from '../../schema/routes-schema.ts';
import { resolveAccountRegions } from './resolve-account-regions.ts';
import { resolveAccounts } from './resolve-accounts.ts';
import { resolveStream } from './resolve-stream.ts';
import { resolveTags } from './resolve-tags.ts';
import { resolveTargets, type TargetScope } from './resolve-targets.ts';
import type { Defaults, SoundFile, SoundRoute } from './sound-part.ts';

export interface Resolved {
  routes: Routes;
  /** Where each resolved route and target stands in the file. */
  pathOf: Map<Route | Target, Path>;
}

/** Fills in every default, account and name. What cannot be resolved is reported and left out. */
export function resolveRoutes(file: SoundFile, report: Report): Resolved {
  const name = file.name ?? 'xacct';
  const defaults = file.defaults ?? {};
  const accounts = resolveAccounts(file, report);
  const rolePath = file.rolePath ?? '/';
  const source = resolveSource(file);
  const accountRegions = resolveAccountRegions(file, source, file.source === undefined ? () => {} : report);
  /** What rests on a source that is not known cannot be told wrong. */
  const reportOfSource: Report = file.source === undefined ? () => {} : report;
  const pathOf: Resolved['pathOf'] = new Map();
  const routes: Route[] = [];

  for (const [index, entry] of file.routes.entries()) {
    if (entry === undefined) continue;
    const path = ['routes', index];
    const stream = resolveStream(entry.stream, source, [...path, 'stream'], reportOfSource);
    if (stream === undefined) continue;
    const route = resolveRoute(entry, stream, { name, source, defaults });
    const scope: TargetScope = {
      accountRegions,
      name,
      route,
      entry,
      source,
      rolePath,
      defaults,
      accounts,
      report,
      reportOfSource,
    };
    for (const [position, target] of entry.targets.entries()) {
      if (target === undefined) continue;
      const targetPath = [...path, 'targets', position];
      for (const resolved of resolveTargets(target, targetPath, scope)) {
        route.targets.push(resolved);
        pathOf.set(resolved, targetPath);
      }
    }
    Object.assign(route, retriesOf(entry, defaults, route.targets));
    routes.push(route);
    pathOf.set(route, path);
  }

  const encryptionKey = file.encryption?.kmsKey;
  return {
    routes: {
      name,
      source,
      accountRegions,
      rolePath,
      ...(encryptionKey !== undefined && { encryptionKeyArn: kmsKeyArn(source, encryptionKey) }),
      ...alarmTopics(file),
      tags: resolveTags(file, report),
      forwarders: resolveForwarders(routes, file),
      routes,
    },
    pathOf,
  };
}

function resolveSource({ source: written, bootstrap }: SoundFile): Source {
  const qualifier = bootstrap?.qualifier;
  const { account, region, organizationId, permissionsBoundary }: RoutesFile['source'] = written ?? {
    account: '000000000000',
    region: 'us-east-1',
  };
  return {
    account,
    region,
    partition: partitionOf(region),
    ...(organizationId !== undefined && { organizationId }),
    ...(permissionsBoundary !== undefined && { permissionsBoundary }),
    ...(qualifier !== undefined && { qualifier }),
  };
}

function resolveRoute(
  entry: SoundRoute,
  stream: Stream,
  { name: prefix, source, defaults }: Pick<TargetScope, 'name' | 'source' | 'defaults'>,
): Route {
  const name = entry.name ?? stream.name;
  const queues = namesOf({ name: prefix, source }).route(name);
  const options = sharedRouteOptions;
  // What only Kinesis knows holds for a table's stream only where it is written there, as a mistake to report.
  const inherited: Defaults = stream.service === 'kinesis' ? defaults : {};
  const kmsKey = entry.kmsKey ?? inherited.kmsKey;
  return {
    name,
    forwarder: entry.forwarder ?? defaults.forwarder ?? options.forwarder.default,
    stream,
    startingPosition:
      entry.startingPosition ?? inheritedPosition(defaults, stream) ?? options.startingPosition.default,
    ...(entry.startingTimestamp !== undefined && {
      startingTimestamp: Math.floor(Date.parse(entry.startingTimestamp) / 1000),
    }),
    batchSize: entry.batchSize ?? defaults.batchSize ?? options.batchSize.default,
    batchWindowSeconds:
      entry.batchWindowSeconds ?? defaults.batchWindowSeconds ?? options.batchWindowSeconds.default,
    parallelizationFactor:
      entry.parallelizationFactor ?? defaults.parallelizationFactor ?? options.parallelizationFactor.default,
    // Until the targets are known.
    ...RETRIES_OF_PARK,
    retryForSeconds: entry.retryForSeconds ?? defaults.retryForSeconds ?? options.retryForSeconds.default,
    retryConcurrency: entry.retryConcurrency ?? defaults.retryConcurrency ?? options.retryConcurrency.default,
    // One that is no pattern is reported, and left out here.
    filters: [...(entry.filters ?? defaults.filters ?? [])].filter(
      (filter) => filter !== undefined,
    ) as Route['filters'],
    enhancedFanOut: entry.enhancedFanOut ?? inherited.enhancedFanOut ?? options.enhancedFanOut.default,
    deaggregate: entry.deaggregate ?? inherited.deaggregate ?? options.deaggregate.default,
    kmsKeyArn: kmsKey === undefined ? undefined : kmsKeyArn(source, kmsKey),
    enabled: entry.enabled ?? defaults.enabled ?? options.enabled.default,
    retryQueueUrl: queueUrl(source, queues.retryQueue),
    deadLetterQueueUrl: queueUrl(source, queues.deadLetterQueue),
    targets: [],
  };
}

/** The stream of a table knows no times, so that it starts at the oldest record where others start at one. */
function inheritedPosition({ startingPosition }: Defaults, { service }: Stream) {
  return service === 'dynamodb' && startingPosition === 'AT_TIMESTAMP' ? undefined : startingPosition;
}

/**
 * Only the handler itself can fail a batch here, or the queues that it parks in. Retries can follow each other within a
 * second: 1,000 outlast an outage of many minutes, and a record that crashes the handler blocks its shard for less than an
 * hour. Then the batch is kept in the failure bucket.
 */
const RETRIES_OF_PARK = { maximumRetryAttempts: 1_000, maximumRecordAgeSeconds: 86_400 };
/** The stream waits for its target, for as long as it keeps the records. */
const RETRIES_OF_BLOCK = { maximumRetryAttempts: -1, maximumRecordAgeSeconds: -1 };

function retriesOf(entry: SoundRoute, defaults: Defaults, targets: readonly Target[]) {
  const blocks = targets.some(({ onFailure }) => onFailure === 'block');
  const byDefault = blocks ? RETRIES_OF_BLOCK : RETRIES_OF_PARK;
  return {
    maximumRetryAttempts:
      entry.maximumRetryAttempts ?? defaults.maximumRetryAttempts ?? byDefault.maximumRetryAttempts,
    maximumRecordAgeSeconds:
      entry.maximumRecordAgeSeconds ?? defaults.maximumRecordAgeSeconds ?? byDefault.maximumRecordAgeSeconds,
  };
}

/** No topic is the same as no option. One that is wrong is reported, and left out here. */
function alarmTopics(file: SoundFile): Pick<Routes, 'alarmActions' | 'okActions'> {
  const [alarmActions, okActions] = [file.alarmActions, file.okActions].map((topics = []) =>
    topics.filter((topic) => topic !== undefined),
  );
  return {
    ...(alarmActions?.length && { alarmActions }),
    ...(okActions?.length && { okActions }),
  };
}

function resolveForwarders(routes: readonly Route[], file: SoundFile): Forwarder[] {
  const settings = new Map(Object.entries(file.forwarders ?? {}));
  return [...new Set(routes.map((route) => route.forwarder))].map((name) => {
    const {
      memoryMB = 512,
      timeoutSeconds = 60,
      reservedConcurrency,
      tracing = false,
      assumeRoles = 'listed',
      metrics = 'target',
      logLevel = 'info',
      logRetentionDays = 30,
      vpc,
      codeSigning,
    } = settings.get(name) ?? {};
    return {
      name,
      memoryMB,
      timeoutSeconds,
      reservedConcurrency,
      tracing,
      assumeRoles,
      metrics,
      logLevel,
      logRetentionDays,
      ...(vpc !== undefined && { vpc }),
      ...(codeSigning !== undefined && { codeSigningConfigArn: codeSigning }),
    };
  });
}
