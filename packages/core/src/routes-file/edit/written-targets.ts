import type { Route, Routes } from '../../model/routes.ts';
import type { RoutedTarget } from '../../model/target.ts';
import { parseArn } from '../../names/arn.ts';
import { stackRegion } from '../../names/names.ts';
import { functionArn } from '../../names/resource-arns.ts';
import type { TargetEntry } from '../../schema/routes-schema.ts';
import { parseYaml } from '../../yaml/parse-yaml.ts';
import { parseRoutes } from '../parse-routes.ts';
import { type Accounts, resolveAccounts } from '../resolve/resolve-accounts.ts';
import { type SoundFile, type SoundRoute, soundPart } from '../resolve/sound-part.ts';

/** An entry of a route's `targets`, and what it means. */
export interface WrittenTarget {
  /** Its place in the list. */
  index: number;
  /** The account or the group as it is written; the account of the ARN where there is neither. */
  place: string;
  isGroup: boolean;
  /** One for each account, in the order of the group. */
  targets: RoutedTarget[];
}

/**
 * The entries of a route's targets, in the order of the file. Empty where the file has errors or no such route.
 *
 * @param route the route's name
 */
export function writtenTargets(text: string, route: string): WrittenTarget[] {
  const { routes } = parseRoutes(text);
  const index = routes?.routes.findIndex(({ name }) => name === route) ?? -1;
  const meant = routes?.routes[index];
  const file = soundPart(parseYaml(text, '').value, []);
  const entry = file.routes[index];
  if (routes === undefined || meant === undefined || entry === undefined) return [];
  const accounts = resolveAccounts(file, () => {});
  return entry.targets.flatMap((written, at) =>
    written === undefined ? [] : describe(written, at, { routes, route: meant, file, entry, accounts }),
  );
}

interface Scope {
  routes: Routes;
  route: Route;
  file: SoundFile;
  entry: SoundRoute;
  accounts: Accounts;
}

function describe(written: TargetEntry, index: number, scope: Scope): WrittenTarget[] {
  const { routes, route, file, entry, accounts } = scope;
  const arn = written.function.startsWith('arn:') ? parseArn(written.function) : undefined;
  const { account, group } = written;
  const place = group ?? account ?? arn?.account ?? '';
  const ids =
    group === undefined
      ? account === undefined
        ? [place]
        : accounts.account(account, [])
      : accounts.group(group, []);
  const named = written.region ?? arn?.region ?? entry.region ?? file.defaults?.region;
  const [qualified = ''] = written.function.split(':function:').slice(-1);
  const { partition } = routes.source;
  const targets = ids.flatMap((id) => {
    const region = named ?? stackRegion(routes, id);
    const own = functionArn({ partition, region, account: id }, qualified);
    return route.targets.find((target) => target.functionArn === own) ?? [];
  });
  return [{ index, place, isGroup: group !== undefined, targets }];
}
