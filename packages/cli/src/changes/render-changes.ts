import { styleText } from 'node:util';
import { few } from '@xacct/core';
import type { UnreadableAccount } from '../stacks/read-deployed.ts';
import { count } from '../terminal/count.ts';
import type { DeployedDiff } from './diff-deployed.ts';
import type { RoutesDiff } from './diff-routes.ts';

const MARKS = { add: '+', update: '~', replace: '!', remove: '-' };
const COLOURS = { add: 'green', update: 'yellow', replace: 'red', remove: 'red' } as const;

/** How many targets of a route are named. */
const MOST_TARGETS = 5;

/** A line for each route that changes, then for each forwarder, then, if all was compared, the number of unchanged routes. */
export function renderRoutesDiff(
  {
    diff: { routes, others, stacks, unchangedRoutes },
    labels: { target },
    unreadable,
    starting,
  }: DeployedDiff,
  stream: NodeJS.WritableStream,
): string {
  const line = (change: keyof typeof MARKS, text: string) =>
    styleText(COLOURS[change], `${MARKS[change]} ${text}`, { stream });
  const lines = [
    ...routes.map(({ route, change, targets, details }) => {
      const to = change === 'add' ? ` → ${few(targets.map(target), MOST_TARGETS)}` : '';
      return line(change, `route ${route}${to}: ${details.join('; ')}`);
    }),
    ...others.map(({ name, change, details }) => line(change, `stack ${name}: ${details.join('; ')}`)),
    ...starting.map(({ route, at, reason }) => {
      return `  route ${route} starts at ${at ?? 'the oldest record that its stream keeps'}: ${reason}`;
    }),
    ...(stacks.length > 0 && routes.length + others.length === 0 ? ['~ only tags of stacks change'] : []),
  ];
  const stay = `${count(unchangedRoutes, 'route')} ${unchangedRoutes === 1 ? 'stays as it is' : 'stay as they are'}`;
  if (unreadable.length > 0) return lines.map((text) => `${text}\n`).join('');
  if (lines.length === 0) return `Nothing changes: ${stay}\n`;
  return `${lines.join('\n')}\nNothing else changes${unchangedRoutes === 0 ? '' : `: ${stay}`}\n`;
}

/** An object for tools: what changes in which stack, without templates. */
export function routesDiffData({ routes, others, stacks, unchangedRoutes }: RoutesDiff) {
  return {
    routes,
    others,
    unchangedRoutes,
    stacks: stacks.map(({ name, account, change, resources }) => ({
      name,
      account,
      change,
      resources: resources.map((resource) => ({
        id: resource.id,
        type: resource.type,
        change: resource.change,
        properties: resource.properties.map(({ property }) => property),
      })),
    })),
  };
}

/** The accounts that a comparison omits, with the reasons. */
export function renderUnreadable(unreadable: readonly UnreadableAccount[]): string {
  const lines = unreadable.map(
    ({ account, reason }) => `Cannot read the stacks of account ${account}: ${reason}`,
  );
  return `${lines.join('\n')}\nStacks that cannot be read are not compared`;
}

/** Accounts that the file no longer names and that cannot be read. */
export function renderUnseen(unseen: readonly UnreadableAccount[]): string {
  return unseen
    .map(({ account, reason }) => {
      return `A stack may be left in account ${account}, which cannot be read: ${reason}. To have it forgotten: --without-account ${account}\n`;
    })
    .join('');
}
