import { formatProblem, parseRoutes, type Routes } from '@xacct/core';

/** One entry of a routes file, as far as edits change it. */
export interface RouteEntry {
  name: string;
  stream: string;
  forwarder: string;
  enhancedFanOut?: boolean;
  /** Whether its forwarder assumes roles by the pattern of their names. */
  byPattern?: boolean;
  targets: TargetEntry[];
}

export interface TargetEntry {
  account: string;
  function: string;
  region?: string;
  role?: string;
  externalId?: string;
  filtered?: boolean;
  replaces?: string[];
}

export const SOURCE = '111111111111';
export const REGION = 'us-west-2';
export const ORGANIZATION = 'o-a1b2c3d4e5';

/** The routes of a file with these entries. */
export function routesOf(entries: readonly RouteEntry[]): Routes {
  const { routes, problems } = parseRoutes(textOf(entries));
  if (routes === undefined) throw new Error(problems.map(formatProblem).join('\n'));
  return routes;
}

export function isValid(entries: readonly RouteEntry[]): boolean {
  return parseRoutes(textOf(entries)).routes !== undefined;
}

/** JSON is YAML. */
export function textOf(entries: readonly RouteEntry[]): string {
  return JSON.stringify({
    source: { account: SOURCE, region: REGION, organizationId: ORGANIZATION },
    defaults: { hasFailureDestination: true },
    forwarders: Object.fromEntries(
      entries
        .filter(({ byPattern }) => byPattern)
        .map(({ forwarder }) => [forwarder, { assumeRoles: 'organization' }]),
    ),
    routes: entries.map(({ targets, byPattern: _, ...route }) => ({
      ...route,
      targets: targets.map(({ filtered, ...target }) => ({
        ...target,
        ...(filtered && { filter: { data: { type: ['order'] } } }),
      })),
    })),
  });
}
