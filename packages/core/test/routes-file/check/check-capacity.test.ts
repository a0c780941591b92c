import { describe, expect, test } from 'vitest';
import { formatProblem, limits, parseRoutes } from '../../../src/index.ts';

const HEAD =
  'defaults: { hasFailureDestination: true }\nsource:\n  account: "111111111111"\n  region: us-west-2\nroutes:\n';

/** Routes of one target each, every one in an account of its own where none is given. */
function routes(count: number, forwarder = (_: number) => 'default', only?: string): string {
  return Array.from({ length: count }, (_, index) => {
    const account = only ?? String(200_000_000_000 + index);
    return `  - stream: stream-${index}\n    forwarder: ${forwarder(index)}\n    targets: [{ account: "${account}", function: f }]\n`;
  }).join('');
}

/** Routes to one account by a forwarder and streams with names of one and two characters. */
function shortestRoutes(count: number): string {
  const characters = 'abcdefghijklmnopqrstuvwxyz0123456789';
  return Array.from({ length: count }, (_, index) => {
    const stream = `${characters[Math.floor(index / 36) - 1] ?? ''}${characters[index % 36]}`;
    return `  - stream: "${stream}"\n    forwarder: f\n    targets: [{ account: "222222222222", function: f }]\n`;
  }).join('');
}

describe('checkCapacity', () => {
  test('accepts as many roles as a forwarder can hold', () => {
    expect(parseRoutes(HEAD + routes(200)).problems).toEqual([]);
  });

  test('names the first route that a forwarder has no room for, the number, the limit and the way out', () => {
    const { problems } = parseRoutes(HEAD + routes(600));
    expect(problems.map(formatProblem)).toEqual([
      expect.stringMatching(
        /^routes\.yaml:\d+:5 routes\[20\d\]: the routes of forwarder "default" up to this one take 6[12]\d\d characters in one of the policies of its role, and IAM allows 6144; name another "forwarder" from here on, or let it have "assumeRoles: organization"$/,
      ),
    ]);
  });

  test('has room again with another forwarder', () => {
    const half = (index: number) => (index < 180 ? 'first' : 'second');
    expect(parseRoutes(HEAD + routes(360, half)).problems).toEqual([]);
  });

  test('has room for a route to 900 accounts, and names the number, the limit and the way out of one to more', () => {
    const routeTo = (accounts: number) => {
      const targets = Array.from({ length: accounts }, (_, index) => {
        return `{ account: "${200_000_000_000 + index}", function: f }`;
      });
      return `${HEAD}  - { stream: orders, targets: [${targets.join(', ')}] }\n`;
    };
    expect(parseRoutes(routeTo(900)).problems).toEqual([]);
    expect(parseRoutes(routeTo(1_200)).problems.map(formatProblem)).toEqual([
      expect.stringMatching(
        / routes\[0\]: the routes of forwarder "default" up to this one take \d{4} characters in one of the policies of its role, and IAM allows 6144; move some of its targets to a second route, with another "name" and "forwarder", or let it have "assumeRoles: organization"$/,
      ),
    ]);
  });

  test('has room for a route to any number of accounts of an organization', () => {
    const targets = Array.from({ length: 4_000 }, (_, index) => {
      return `{ account: "${200_000_000_000 + index}", function: f }`;
    });
    const head = `${HEAD.replace('routes:', '  organizationId: o-a1b2c3d4e5\nforwarders: { default: { assumeRoles: organization } }\nroutes:')}`;
    expect(parseRoutes(`${head}  - { stream: orders, targets: [${targets.join(', ')}] }\n`).problems).toEqual(
      [],
    );
  });

  test('has room in one account for the roles of any number of forwarders', () => {
    expect(parseRoutes(HEAD + routes(501, (index) => `f${index % 9}`, '222222222222')).problems).toEqual([]);
  });

  test.each(['', 'forwarders: { f: { assumeRoles: organization } }\n'])(
    'finds a forwarder full before it has as many roles in an account as a stack holds, with the shortest names: %j',
    (top) => {
      const head = HEAD.replace('routes:', '  organizationId: o-a1b2c3d4e5\nroutes:');
      const { problems, routes: resolved } = parseRoutes(
        `name: x\n${top}${head}${shortestRoutes(limits.cloudFormation.resources)}`,
      );
      expect(resolved).toBeUndefined();
      expect(problems.map(({ code }) => code)).toEqual(['capacity']);
    },
  );

  test('counts the parameters of all routes', () => {
    const { problems } = parseRoutes(HEAD + routes(10_001, (index) => `f${Math.floor(index / 150)}`));
    expect(problems.map(formatProblem)).toEqual([
      expect.stringMatching(
        / routes\[10000\]: the routes up to this one take 10001 parameters, and a region of an account holds 10000; move routes to another source account or region$/,
      ),
    ]);
  });

  test('finds a route with more targets than its stack has room for', () => {
    const targets = Array.from({ length: 16_000 }, (_, index) => {
      const account = 200_000_000_000 + Math.floor(index / 100);
      return `{ account: "${account}", function: a-function-of-the-longest-name-that-${index} }`;
    });
    const { problems } = parseRoutes(`${HEAD}  - { stream: orders, targets: [${targets.join(', ')}] }\n`);
    expect(problems.map(formatProblem)).toEqual([
      expect.stringMatching(
        / routes\[0\]: 16000 targets take \d+ bytes of stack xacct-route-orders, which holds 1048576; move some targets to a second route, with another "name" and "forwarder"$/,
      ),
    ]);
  });

  test('finds the route whose role a template has no room for, though the stack has', () => {
    const functions = Array.from({ length: 100 }, (_, index) => {
      return `{ account: "222222222222", function: a-function-of-quite-a-long-name-${index} }`;
    });
    const entries = Array.from({ length: 130 }, (_, index) => {
      return `  - { stream: s${index}, targets: [${functions.join(', ')}] }\n`;
    });
    const { problems } = parseRoutes(HEAD + entries.join(''));
    expect(problems.map(formatProblem)).toEqual([
      expect.stringMatching(
        / routes\[(9\d|10\d)\]: the routes up to this one take 10[45]\d{4} bytes of the template of stack xacct-target-222222222222, which holds 1048576; name another "forwarder" from here on$/,
      ),
    ]);
  });
});
