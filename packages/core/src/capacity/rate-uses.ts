import { CREDENTIALS_RENEWED_BEFORE_SECONDS, leastRouteSeconds } from '../limits/agreed-times.ts';
import * as limits from '../limits/aws-limits.ts';
import type { Forwarder } from '../model/forwarder.ts';
import type { Route, Routes } from '../model/routes.ts';
import { namesOf } from '../names/names.ts';
import { parametersOf } from '../wire/parameters-of.ts';
import type { Use } from './limited.ts';

/** What a routes file does not say, and the rates of calls depend on. */
export interface Assumptions {
  /** The number of shards of each stream, by the stream's name or the table's. */
  shardsOf(stream: string): number;
  /** Execution environments of each forwarder; undefined: as many as it may have invocations at once. */
  environments: number | undefined;
}

const CREDENTIALS_SECONDS = limits.sts.chainedSessionSeconds - CREDENTIALS_RENEWED_BEFORE_SECONDS;

/** Invocations at once, and the calls that their execution environments make beside their work. */
export function rateUses(routes: Routes, assumptions: Assumptions): Use[] {
  const { account, region } = routes.source;
  const where = `account ${account}, ${region}`;
  const forwarders = routes.forwarders.map((forwarder) => rateOf(routes, forwarder, assumptions));
  const reserving = forwarders.filter(({ reserved }) => reserved !== undefined);
  const sum = (numberOf: (rate: ForwarderRate) => number) =>
    forwarders.reduce((total, rate) => total + numberOf(rate), 0);
  return [
    {
      limit: 'concurrency',
      where,
      used: sum(({ reserved, concurrency }) => reserved ?? concurrency),
      allowed: limits.lambda.concurrency,
    },
    ...reserving.map(({ name, concurrency, reserved = 0 }): Use => {
      return {
        limit: 'reserved-concurrency',
        where: `function ${name}`,
        used: concurrency,
        allowed: reserved,
      };
    }),
    {
      limit: 'all-reserved-concurrency',
      where,
      used: sum(({ reserved }) => reserved ?? 0),
      allowed: limits.lambda.reservedConcurrency,
    },
    {
      limit: 'sts-calls',
      where,
      used: sum(({ environments, roles }) => (environments * roles) / CREDENTIALS_SECONDS),
      allowed: limits.sts.callsPerSecond,
    },
    {
      limit: 'parameter-reads',
      where,
      used: sum(({ environments, reads }) => (environments * reads) / leastRouteSeconds),
      allowed: limits.ssm.readsPerSecond,
    },
  ];
}

interface ForwarderRate {
  name: string;
  /** Invocations that its mappings may have under way at once. */
  concurrency: number;
  reserved: number | undefined;
  environments: number;
  /** Credentials that each environment keeps. */
  roles: number;
  /** Calls that it takes an environment to read all routes once. */
  reads: number;
}

function rateOf(
  routes: Routes,
  { name, reservedConcurrency: reserved }: Forwarder,
  { shardsOf, environments }: Assumptions,
): ForwarderRate {
  const routed = routes.routes.filter(({ forwarder }) => forwarder === name);
  const sum = (numberOf: (route: Route) => number) =>
    routed.reduce((total, route) => total + numberOf(route), 0);
  const concurrency = sum(({ enabled, stream, parallelizationFactor, retryConcurrency }) => {
    return retryConcurrency + (enabled ? shardsOf(stream.name) * parallelizationFactor : 0);
  });
  return {
    name: namesOf(routes).forwarder(name).function,
    concurrency,
    reserved,
    environments: environments ?? Math.min(concurrency, reserved ?? concurrency),
    roles: sum(({ targets }) => new Set(targets.map(({ roleArn }) => roleArn)).size),
    reads: Math.ceil(sum((route) => parametersOf(routes, route).length) / limits.ssm.getParametersNames),
  };
}
