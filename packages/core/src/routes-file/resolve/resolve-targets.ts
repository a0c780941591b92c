import type { Route, Routes, Source } from '../../model/routes.ts';
import type { RoutedTarget, Target } from '../../model/target.ts';
import { type Arn, parseArn, partitionOf } from '../../names/arn.ts';
import { generatedRoleArn, routedTargets } from '../../names/generated-role.ts';
import { stackRegion } from '../../names/names.ts';
import { functionArn } from '../../names/resource-arns.ts';
import type { Path, Report } from '../../problems/problem.ts';
import type { TargetEntry } from '../../schema/routes-schema.ts';
import { sharedTargetOptions } from '../../schema/target-options.ts';
import type { Accounts } from './resolve-accounts.ts';
import { pausedIn } from './resolve-paused.ts';
import type { Defaults, SoundRoute } from './sound-part.ts';

/** The surroundings of a target entry. */
export interface TargetScope {
  name: string;
  route: Route;
  /** The route as written, whose options are its targets' defaults. */
  entry: SoundRoute;
  source: Source;
  accountRegions: Routes['accountRegions'];
  rolePath: string;
  defaults: Defaults;
  accounts: Accounts;
  report: Report;
  reportOfSource: Report;
}

/** The targets of an entry: one for an account, or one in each account of a group. */
export function resolveTargets(written: TargetEntry, path: Path, scope: TargetScope): RoutedTarget[] {
  const { entry, defaults, source, accountRegions, report, reportOfSource } = scope;
  const arn = written.function.startsWith('arn:') ? parseArn(written.function) : undefined;
  const named = written.region ?? arn?.region ?? entry.region ?? defaults.region;

  if (arn !== undefined && written.region !== undefined && written.region !== arn.region) {
    const message = `expected region ${arn.region} as in "function", got ${written.region}`;
    report([...path, 'region'], 'arn-mismatch', message, 'remove it, or change the ARN');
    return [];
  }
  if (
    (named !== undefined && partitionOf(named) !== source.partition) ||
    (arn !== undefined && arn.partition !== partitionOf(arn.region))
  ) {
    const got = arn === undefined ? named : written.function;
    const message = `expected a region of partition ${source.partition}, as of the source, got ${got}`;
    const place = placeOfRegion(written, entry, path);
    reportOfSource(place, 'partition-mismatch', message, 'a role cannot be assumed across partitions');
    return [];
  }
  const owners = accountsOf(written, arn, path, scope);
  const isPaused = pausedIn(owners, written, path, scope);
  const targets = owners.flatMap((account) => {
    if (arn !== undefined && arn.account !== account) {
      const message = `expected a function of account ${account}, as written beside it, got ${written.function}`;
      report([...path, 'function'], 'arn-mismatch', message, 'change the ARN, or the account');
      return [];
    }
    const region = named ?? stackRegion({ source, accountRegions }, account);
    const target = resolveTarget(written, account, region, path, scope);
    if (target === undefined) return [];
    return isPaused(account) ? { ...target, paused: true as const } : target;
  });
  return routedTargets(scope, scope.route, targets);
}

function resolveTarget(
  written: TargetEntry,
  account: string,
  region: string,
  path: Path,
  scope: TargetScope,
): Target | undefined {
  const { name, route, entry, source, defaults, report } = scope;
  const [qualified = ''] = written.function.split(':function:').slice(-1);
  const {
    filter,
    timeoutSeconds,
    invocation = sharedTargetOptions.invocation.default,
    onFailure = sharedTargetOptions.onFailure.default,
  } = { ...defaults, ...entry, ...written };
  const role = written.role === undefined ? undefined : parseArn(written.role);
  if (role !== undefined && (role.account !== account || role.partition !== source.partition)) {
    const message = `expected a role of account ${account} in partition ${source.partition}, got ${written.role}`;
    report([...path, 'role'], 'arn-mismatch', message, 'change the ARN, or the account');
    return undefined;
  }
  const replaces = resolveReplaced(written, { account, region }, path, scope);
  return {
    account,
    region,
    functionArn: functionArn({ partition: source.partition, region, account }, qualified),
    roleArn: written.role ?? generatedRoleArn(scope, account, route),
    externalId: written.externalId ?? `${name}:${route.name}`,
    invocation,
    onFailure,
    ...(timeoutSeconds !== undefined && { timeoutSeconds }),
    ...(filter !== undefined && { filter: filter as NonNullable<Target['filter']> }),
    ...(replaces.length > 0 && { replaces }),
  };
}

/** The ARNs of the functions that a target replaces. A name without account means a function of the target's account and region. */
function resolveReplaced(
  { replaces = [] }: TargetEntry,
  { account, region }: Pick<Target, 'account' | 'region'>,
  path: Path,
  { source, accounts }: TargetScope,
): string[] {
  return replaces.flatMap((written: string | undefined, index) => {
    if (written === undefined || written.startsWith('arn:')) return written ?? [];
    const [, place, qualified = written] = /^([^/]+)\/(.+)$/.exec(written) ?? [];
    const owners = place === undefined ? [account] : accounts.account(place, [...path, 'replaces', index]);
    return owners.map((owner) =>
      functionArn({ partition: source.partition, region, account: owner }, qualified),
    );
  });
}

/** Where the region that holds for a target is written. */
function placeOfRegion(written: TargetEntry, route: SoundRoute, path: Path): Path {
  if (written.region !== undefined) return [...path, 'region'];
  if (written.function.startsWith('arn:')) return [...path, 'function'];
  return route.region === undefined ? ['defaults', 'region'] : [...path.slice(0, 2), 'region'];
}

/** The account IDs that an entry means. Without `account` and `group`, the function's ARN names the account. */
function accountsOf(
  { account, group }: TargetEntry,
  arn: Arn | undefined,
  path: Path,
  { accounts, report }: TargetScope,
): string[] {
  if (account !== undefined && group === undefined) return accounts.account(account, [...path, 'account']);
  if (group !== undefined && account === undefined) return accounts.group(group, [...path, 'group']);
  if (account === undefined && arn !== undefined) return [arn.account];
  const [got, fix] = account === undefined ? ['neither', 'add'] : ['both', 'remove'];
  const message = `expected either "account" or "group", got ${got}`;
  report(path, 'account-or-group', message, `${fix} one of them`);
  return [];
}
