import { describe, expect, test } from 'vitest';
import { checkConcurrency } from '../../../src/doctor/checks/concurrency.ts';
import { routesYaml } from '../../xacct.ts';
import { examinedOf } from '../examined.ts';

const ROUTES = `${routesYaml(`  - stream: orders
    parallelizationFactor: 10
    targets: [{ account: analytics, function: reader }]
  - stream: payments
    forwarder: isolated
    targets: [{ account: analytics, function: reader }]
`)}forwarders: { isolated: { reservedConcurrency: 20 } }
`;

function check(shards: number, ConcurrentExecutions: number) {
  const AccountLimit = { ConcurrentExecutions, UnreservedConcurrentExecutions: ConcurrentExecutions - 20 };
  const examined = examinedOf({ GetAccountSettingsCommand: { AccountLimit } }, ROUTES);
  return checkConcurrency(
    examined,
    new Map([
      ['orders', shards],
      ['payments', shards],
    ]),
  );
}

describe('checkConcurrency', () => {
  test('finds nothing where the account has enough', async () => {
    // orders: 9 × 10 + 10; payments: 9 + 10 of 20.
    expect(await check(9, 120)).toEqual([]);
  });

  test('warns of an account with less than shards × parallelizationFactor and the retries', async () => {
    expect(await check(9, 119)).toEqual([
      expect.objectContaining({
        severity: 'warning',
        found: expect.stringContaining(
          '99 unreserved invocations at once, of which its forwarders may take 100 ',
        ),
        fix: 'aws service-quotas request-service-quota-increase --service-code lambda --quota-code L-B99A9384 --desired-value 120 --region us-west-2',
      }),
    ]);
  });

  test('warns of a forwarder with less reserved than its mappings may take', async () => {
    expect(await check(11, 1000)).toEqual([
      expect.objectContaining({
        where: 'function xacct-forwarder-isolated',
        found: 'reservedConcurrency 20, where its mappings may take 21 invocations at once',
      }),
    ]);
  });
});
