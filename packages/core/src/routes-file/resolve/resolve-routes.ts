import type { Route, Routes, Source } from '../../model/routes.ts';
import type { Target } from '../../model/target.ts';
import { partitionOf } from '../../names/arn.ts';
import { kmsKeyArn } from '../../names/resource-arns.ts';
import type { Path, Report } from '../../problems/problem.ts';
import { type RoutesFile, routesSchema } from '../../schema/routes-schema.ts';
import { resolveAccountRegions } from './resolve-account-regions.ts';
import { resolveAccounts } from './resolve-accounts.ts';
import { resolveForwarders } from './resolve-forwarders.ts';
import { resolveRoute, retriesOf } from './resolve-route.ts';
import { resolveStream } from './resolve-stream.ts';
import { resolveTags } from './resolve-tags.ts';
import { resolveTargets, type TargetScope } from './resolve-targets.ts';
import type { SoundFile } from './sound-part.ts';

export interface Resolved {
  routes: Routes;
  /** The location of each resolved route and target in the file. */
  pathOf: Map<Route | Target, Path>;
}

/** Fills in every default, account and name. What cannot be resolved is reported and left out. */
export function resolveRoutes(file: SoundFile, report: Report): Resolved {
  const { properties } = routesSchema;
  const name = file.name ?? properties.name.default;
  const defaults = file.defaults ?? {};
  const accounts = resolveAccounts(file, report);
  const rolePath = file.rolePath ?? properties.rolePath.default;
  const source = resolveSource(file);
  /** Reports nothing while the source is unknown: what depends on it cannot be called wrong then. */
  const reportOfSource: Report = file.source === undefined ? () => {} : report;
  const accountRegions = resolveAccountRegions(file, source, reportOfSource);
  const shared = { accountRegions, name, source, rolePath, defaults, accounts, report, reportOfSource };
  const pathOf: Resolved['pathOf'] = new Map();
  const routes: Route[] = [];

  for (const [index, entry] of file.routes.entries()) {
    if (entry === undefined) continue;
    const path = ['routes', index];
    const stream = resolveStream(entry.stream, source, [...path, 'stream'], reportOfSource);
    if (stream === undefined) continue;
    const route = resolveRoute(entry, stream, { name, source, defaults });
    const scope: TargetScope = { ...shared, route, entry };
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
  const source: RoutesFile['source'] = written ?? { account: '000000000000', region: 'us-east-1' };
  const qualifier = bootstrap?.qualifier;
  return { ...source, partition: partitionOf(source.region), ...(qualifier !== undefined && { qualifier }) };
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
