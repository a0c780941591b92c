import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { formatProblem, limits, parseRoutes, type Routes } from '../../src/index.ts';
import { executionPolicies } from '../../src/rollout/index.ts';

/** Routes of one target each, by the numbers that name their streams and accounts. */
function routesOf(numbers: readonly number[]): Routes {
  const entries = numbers.map((number) => {
    return `  - { stream: stream-${number}, targets: [{ account: "${200_000_000_000 + number}", function: f }] }\n`;
  });
  const { routes, problems } = parseRoutes(
    `source: { account: "111111111111", region: us-west-2 }\nroutes:\n${entries.join('')}`,
  );
  if (routes === undefined) throw new Error(problems.map(formatProblem).join('\n'));
  return routes;
}

function policiesOf(numbers: readonly number[]) {
  const routes = routesOf(numbers);
  const [forwarder] = routes.forwarders;
  if (forwarder === undefined) throw new Error('There is no forwarder');
  return executionPolicies(routes, forwarder);
}

/** Number of the policy that holds each ARN of each statement; 0 is the inline one. */
function placesOf({ inline, managed }: ReturnType<typeof policiesOf>): Map<string, number> {
  const documents = new Map([[0, inline], ...managed]);
  return new Map(
    [...documents].flatMap(([number, { Statement }]) =>
      Statement.flatMap(({ Sid, Resource }) =>
        [Resource].flat().map((resource) => [`${Sid} ${resource}`, number] as const),
      ),
    ),
  );
}

function upTo(count: number): number[] {
  return Array.from({ length: count }, (_, index) => index);
}

describe('executionPolicies', () => {
  test('holds all in the inline policy while there is room', () => {
    const { inline, managed } = policiesOf(upTo(30));
    expect(managed.size).toBe(0);
    expect(JSON.stringify(inline).length).toBeLessThanOrEqual(limits.iam.inlinePolicyCharacters);
  });

  test.each([30, 60, 120, 200])('keeps each policy of %i routes within what IAM holds', (count) => {
    const { inline, managed } = policiesOf(upTo(count));
    expect(JSON.stringify(inline).length).toBeLessThanOrEqual(limits.iam.inlinePolicyCharacters);
    expect(managed.size).toBeLessThanOrEqual(limits.iam.managedPoliciesPerRole);
    for (const document of managed.values())
      expect(JSON.stringify(document).length).toBeLessThanOrEqual(limits.iam.managedPolicyCharacters);
  });

  test('holds the same, whether in one policy or in several', () => {
    const few = placesOf(policiesOf(upTo(30)));
    const many = placesOf(policiesOf(upTo(120)));
    for (const grant of few.keys()) expect(many.has(grant)).toBe(true);
    // Role, parameter, stream and queue of each route, and four for all.
    expect([few.size, many.size]).toEqual([30 * 4 + 4, 120 * 4 + 4]);
  });

  test('moves no ARN from one policy to another when routes come and go', () => {
    const anyRoutes = fc.shuffledSubarray(upTo(190), { minLength: 60 });
    fc.assert(
      fc.property(anyRoutes, anyRoutes, (before, after) => {
        const [one, other] = [placesOf(policiesOf(before)), placesOf(policiesOf(after))];
        for (const [grant, place] of one) if (other.has(grant)) expect(other.get(grant)).toBe(place);
      }),
      { numRuns: 20 },
    );
  });

  test('leaves no managed policy without a statement', () => {
    for (const { Statement } of policiesOf(upTo(60)).managed.values()) expect(Statement).not.toEqual([]);
  });
});
