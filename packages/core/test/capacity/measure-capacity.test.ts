import { describe, expect, test } from 'vitest';
import { type Assumptions, fullness, type LimitedName, measureCapacity } from '../../src/capacity/index.ts';
import { formatProblem, parseRoutes, type Routes } from '../../src/index.ts';

const ASSUMED: Assumptions = { shardsOf: () => 4, environments: undefined };

function routesOf(entries: string, top = ''): Routes {
  const head = `source:\n  account: "111111111111"\n  region: us-west-2\n${top}routes:\n`;
  const { routes, problems } = parseRoutes(head + entries);
  if (routes === undefined) throw new Error(problems.map(formatProblem).join('\n'));
  return routes;
}

/** Of one limit, what is used and allowed in each place. */
function uses(routes: Routes, limit: LimitedName, assumed: Partial<Assumptions> = {}) {
  const measure = measureCapacity(routes, { ...ASSUMED, ...assumed }).find((one) => one.limit === limit);
  return measure?.uses.map(({ where, used, allowed }) => [where, used, allowed]);
}

/** Routes of one target each in the same account. */
function inOneAccount(count: number, rest = ''): string {
  return Array.from({ length: count }, (_, index) => {
    return `  - { stream: s${index}, targets: [{ account: "222222222222", function: f }]${rest} }\n`;
  }).join('');
}

const TWO_READERS = `  - stream: orders
    targets: [{ account: "222222222222", function: a }]
  - stream: orders
    name: orders-again
    forwarder: second
    targets: [{ account: "333333333333", function: b }]
`;

describe('measureCapacity', () => {
  test('counts the roles and the resources of each account, the fullest first', () => {
    const routes = routesOf(
      `${inOneAccount(3)}  - { stream: other, targets: [{ account: "333333333333", function: f }] }\n`,
    );
    expect(uses(routes, 'roles')).toEqual([
      ['account 222222222222', 3, 1000],
      ['account 111111111111', 1, 1000],
      ['account 333333333333', 1, 1000],
    ]);
    expect(uses(routes, 'target-stack-resources')).toEqual([
      ['stack xacct-target-222222222222', 3, 500],
      ['stack xacct-target-333333333333', 1, 500],
    ]);
    expect(uses(routes, 'stacks')).toEqual([['account 111111111111, us-west-2', 5, 2000]]);
    expect(uses(routes, 'parameters')).toEqual([['account 111111111111, us-west-2', 4, 10_000]]);
  });

  test('counts no role that exists already', () => {
    const routes = routesOf(
      '  - { stream: s, targets: [{ account: "222222222222", function: f, role: "arn:aws:iam::222222222222:role/theirs" }] }\n',
    );
    expect(uses(routes, 'roles')).toEqual([['account 111111111111', 1, 1000]]);
    expect(uses(routes, 'target-stack-resources')).toBeUndefined();
  });

  test('agrees with the check of a file on what a role has no room for', () => {
    const head = 'source: { account: "111111111111", region: us-west-2 }\nroutes:\n';
    const entries = (count: number) =>
      Array.from({ length: count }, (_, index) => {
        return `  - { stream: stream-${index}, targets: [{ account: "${200_000_000_000 + index}", function: f }] }\n`;
      }).join('');
    const isRefused = (count: number) => parseRoutes(head + entries(count)).routes === undefined;
    let most = 150;
    while (!isRefused(most + 1)) most += 1;
    const [[, used = 0, allowed = 0] = []] = uses(routesOf(entries(most)), 'execution-role-policies') ?? [];
    expect(Number(used) / Number(allowed)).toBeGreaterThan(0.95);
    expect(Number(used)).toBeLessThanOrEqual(Number(allowed));
  });

  test('counts the readers of a stream, whatever forwarder they belong to', () => {
    const routes = routesOf(TWO_READERS);
    expect(uses(routes, 'shard-reads')).toEqual([['stream orders', 2, 5]]);
    expect(uses(routes, 'shard-throughput')).toEqual([['stream orders', 2, 2]]);
    expect(uses(routes, 'consumers')).toBeUndefined();
  });

  test('counts a registered consumer apart from standard readers', () => {
    const routes = routesOf(
      TWO_READERS.replace('name: orders-again', 'name: orders-again\n    enhancedFanOut: true'),
    );
    expect(uses(routes, 'shard-reads')).toEqual([['stream orders', 1, 5]]);
    expect(uses(routes, 'consumers')).toEqual([['stream orders', 1, 20]]);
  });

  test("counts the readers of a table's stream", () => {
    const arn = 'arn:aws:dynamodb:us-west-2:111111111111:table/carts/stream/2026-01-01T00:00:00.000';
    const routes = routesOf(
      `  - { stream: "${arn}", targets: [{ account: "222222222222", function: f }] }\n`,
    );
    expect(uses(routes, 'table-stream-readers')).toEqual([['table carts', 1, 2]]);
    expect(uses(routes, 'shard-reads')).toBeUndefined();
  });

  test('calculates concurrency as shards times parallelization factor, plus ten for retries', () => {
    const routes = routesOf(inOneAccount(2, ', parallelizationFactor: 3'));
    expect(uses(routes, 'concurrency')).toEqual([
      ['account 111111111111, us-west-2', 2 * (4 * 3 + 10), 1000],
    ]);
    const shardsOf = (stream: string) => (stream === 's0' ? 10 : 1);
    expect(uses(routes, 'concurrency', { shardsOf })).toEqual([
      ['account 111111111111, us-west-2', 10 * 3 + 10 + 1 * 3 + 10, 1000],
    ]);
  });

  test('uses the retry concurrency of a route', () => {
    const routes = routesOf(inOneAccount(1, ', retryConcurrency: 50') + TWO_READERS);
    expect(uses(routes, 'concurrency')?.[0]?.[1]).toBe(4 + 50 + 2 * (4 + 10));
  });

  test('counts only the retries of a disabled route', () => {
    expect(uses(routesOf(inOneAccount(1, ', enabled: false')), 'concurrency')?.[0]?.[1]).toBe(10);
  });

  test('compares a reserved concurrency with what the mappings may use', () => {
    const routes = routesOf(inOneAccount(2), 'forwarders: { default: { reservedConcurrency: 12 } }\n');
    expect(uses(routes, 'reserved-concurrency')).toEqual([['function xacct-forwarder-default', 28, 12]]);
    expect(uses(routes, 'all-reserved-concurrency')?.[0]?.slice(1)).toEqual([12, 900]);
    // Out of the account's, what is reserved is gone, whether it is used or not.
    expect(uses(routes, 'concurrency')?.[0]?.[1]).toBe(12);
  });

  test('calculates calls from environments: each assumes each role again in 55 minutes, and reads all routes in 54 s', () => {
    const routes = routesOf(
      `  - stream: orders
    targets: [{ account: "222222222222", function: a }, { account: "222222222222", function: b }, { account: "333333333333", function: a }]
`,
    );
    expect(uses(routes, 'sts-calls', { environments: 3300 })?.[0]?.[1]).toBe(2);
    expect(uses(routes, 'parameter-reads', { environments: 1620 })?.[0]?.[1]).toBe(30);
    expect(uses(routes, 'parameter-reads')?.[0]?.[1]).toBe(14 / 54);
  });

  test('counts one call for ten parameters of a forwarder, of any routes', () => {
    const routes = routesOf(inOneAccount(20) + TWO_READERS);
    // 21 of one forwarder, one of the other.
    expect(uses(routes, 'parameter-reads', { environments: 54 })?.[0]?.[1]).toBe(3 + 1);
  });

  test('has room for 50 routes in 200 environments twice over', () => {
    const [[, used = 0, allowed = 0] = []] =
      uses(routesOf(inOneAccount(50)), 'parameter-reads', { environments: 200 }) ?? [];
    expect(used).toBe((200 * 5) / 54);
    expect(used).toBeLessThan(20);
    expect(allowed).toBe(40);
  });

  test('counts all parameters of a route that needs several', () => {
    const targets = Array.from({ length: 500 }, (_, index) => {
      return `{ account: "${200_000_000_000 + index}", function: a-function-of-a-longer-name }`;
    });
    const routes = routesOf(`  - { stream: s, targets: [${targets.join(', ')}] }\n`);
    const parts = Number(uses(routes, 'parameters')?.[0]?.[1]);
    expect(parts).toBeGreaterThan(11);
    expect(uses(routes, 'parameter-reads', { environments: 54 })?.[0]?.[1]).toBe(Math.ceil(parts / 10));
    expect(uses(routes, 'route-stack-resources')?.[0]?.[1]).toBe(12 + parts);
  });

  test('counts the resources of a route: a registered consumer is one more, a table has one alarm less', () => {
    const arn = 'arn:aws:dynamodb:us-west-2:111111111111:table/carts/stream/2026-01-01T00:00:00.000';
    const resources = (entry: string) => uses(routesOf(entry), 'route-stack-resources')?.[0]?.[1];
    expect(resources(inOneAccount(1))).toBe(13);
    expect(resources(inOneAccount(1, ', enhancedFanOut: true'))).toBe(14);
    expect(resources(inOneAccount(1).replace('s0', `"${arn}"`))).toBe(12);
  });

  test('counts two more alarms where topics are notified, one for a table or a disabled route', () => {
    const top = 'alarmActions: [arn:aws:sns:us-west-2:111111111111:on-call]\n';
    const arn = 'arn:aws:dynamodb:us-west-2:111111111111:table/carts/stream/2026-01-01T00:00:00.000';
    const resources = (entry: string) => uses(routesOf(entry, top), 'route-stack-resources')?.[0]?.[1];
    expect(resources(inOneAccount(1))).toBe(15);
    expect(resources(inOneAccount(1, ', enabled: false'))).toBe(14);
    expect(resources(inOneAccount(1).replace('s0', `"${arn}"`))).toBe(13);
  });

  test('names for each limit a way out and an address of AWS', () => {
    for (const { wayOut, source, uses: places } of measureCapacity(routesOf(TWO_READERS), ASSUMED)) {
      expect(wayOut).not.toBe('');
      expect(source.link).toMatch(/^https:\/\/docs\.aws\.amazon\.com\//);
      expect(places.map(fullness)).toEqual(places.map(fullness).toSorted((a, b) => b - a));
    }
  });
});
