import { functionFromArn } from '@xacct/core/resource-arns';
import type { RouteStatus, Status, TargetStatus } from '../../status.ts';
import type { Selection } from './selection.ts';
import { type Tone, toneOf } from './tone.ts';

/** The way of a route's records to one target. */
export interface Flow {
  route: RouteStatus;
  target: TargetStatus;
  /** ID of the target's account. */
  account: string;
  /** The same by its name in the routes file, if it has one. */
  accountName: string;
  /** Name of the function, with its alias or version, and with its region where that is not the source's. */
  functionName: string;
  /** What commands take for the target; in another region that is its ARN, since the name may be there twice. */
  argument: string;
  tone: Tone;
}

/** Names with numbers in them, as people order them. */
const { compare } = new Intl.Collator('en', { numeric: true });

/** All ways from streams to functions, in the order of the routes and of their targets. */
export function flowsOf({
  system,
  routes,
  accountNames,
}: Pick<Status, 'system' | 'routes' | 'accountNames'>): Flow[] {
  return routes.flatMap((route) =>
    route.targets.map((target) => {
      const { account, region, qualifiedName } = functionFromArn(target.target);
      const accountName = accountNames[account] ?? account;
      const isHere = region === system.region;
      return {
        ...{ route, target, account, accountName },
        functionName: isHere ? qualifiedName : `${qualifiedName} (${region})`,
        argument: isHere ? `${accountName}/${qualifiedName}` : target.target,
        tone: toneOfTarget(route, target),
      };
    }),
  );
}

/** The tone of a target; it is off if its route is not read. */
function toneOfTarget(route: RouteStatus, { states }: TargetStatus): Tone {
  const tone = toneOf(states);
  return !route.enabled && (tone === 'well' || tone === 'quiet') ? 'off' : tone;
}

/** Whether a flow is one of those that are selected; no flow is, where nothing is. */
export function isSelected(selection: Selection, { route, target, account }: Flow): boolean {
  switch (selection.kind) {
    case 'route':
      return route.route === selection.route;
    case 'target':
      return target.target === selection.target && route.route === selection.route;
    case 'forwarder':
      return route.forwarder === selection.forwarder;
    case 'account':
      return account === selection.account;
    default:
      return false;
  }
}

export function byName<T>(nameOf: (item: T) => string): (one: T, other: T) => number {
  return (one, other) => compare(nameOf(one), nameOf(other));
}
