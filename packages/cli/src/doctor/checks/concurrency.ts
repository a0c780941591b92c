import { GetAccountSettingsCommand } from '@aws-sdk/client-lambda';
import { measureCapacity } from '@xacct/core/capacity';
import type { Examined } from '../examined.ts';
import type { Finding } from '../finding.ts';
import { guard } from '../guard.ts';

/**
 * Compares the invocations that the mappings may have under way at once with what the account allows, and with what
 * forwarders have reserved.
 *
 * @param shards of each stream, by its name
 */
export async function checkConcurrency(
  { routes, clients: { lambda } }: Pick<Examined, 'routes' | 'clients'>,
  shards: ReadonlyMap<string, number>,
): Promise<Finding[]> {
  const { account, region } = routes.source;
  const where = `concurrency of account ${account}, ${region}`;
  const attempt = { where, what: 'its limit', action: 'lambda:GetAccountSettings', account, routes: [] };
  return guard(attempt, async () => {
    const { AccountLimit: limit = {} } = await lambda.send(new GetAccountSettingsCommand());
    const measures = measureCapacity(routes, {
      shardsOf: (stream) => shards.get(stream) ?? 1,
      environments: undefined,
    });
    const usesOf = (name: string) => measures.find((measure) => measure.limit === name)?.uses ?? [];
    const reserved = usesOf('reserved-concurrency');
    const sumReserved = reserved.reduce((sum, { allowed }) => sum + allowed, 0);
    const needed = (usesOf('concurrency')[0]?.used ?? 0) - sumReserved;
    const unreserved = limit.UnreservedConcurrentExecutions ?? Number.POSITIVE_INFINITY;
    const finding = { severity: 'warning', check: 'concurrency', routes: [] } as const;
    const more = (limit.ConcurrentExecutions ?? 0) + needed - unreserved;
    return [
      ...(needed > unreserved
        ? [
            {
              ...finding,
              where,
              found: `${unreserved} unreserved invocations at once, of which its forwarders may take ${needed} (shards × parallelizationFactor, and retryConcurrency)`,
              expected: `${needed} or more`,
              fix: `aws service-quotas request-service-quota-increase --service-code lambda --quota-code L-B99A9384 --desired-value ${more} --region ${region}`,
            },
          ]
        : []),
      ...reserved
        .filter(({ used, allowed }) => used > allowed)
        .map(({ where: forwarder, used, allowed }) => ({
          ...finding,
          where: forwarder,
          found: `reservedConcurrency ${allowed}, where its mappings may take ${used} invocations at once`,
          expected: `${used} or more`,
          fix: 'raise "reservedConcurrency" of the forwarder in the routes file; then xacct deploy',
        })),
    ];
  });
}
