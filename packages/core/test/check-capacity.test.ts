import { describe, expect, test } from 'vitest';
import { formatProblem, parseRoutes } from '../src/index.ts';

const HEAD = 'source:\n  account: "111111111111"\n  region: us-west-2\nroutes:\n';

/** Routes of one target each, every one in an account of its own. */
function routes(count: number, forwarder = (_: number) => 'default'): string {
  return Array.from({ length: count }, (_, index) => {
    const account = String(200_000_000_000 + index);
    return `  - stream: stream-${index}\n    forwarder: ${forwarder(index)}\n    targets: [{ account: "${account}", function: f }]\n`;
  }).join('');
}

describe('checkCapacity', () => {
  test('takes as many roles as a forwarder can hold', () => {
    expect(parseRoutes(HEAD + routes(300)).problems).toEqual([]);
  });

  test('names the first route that a forwarder has no room for, the number, the limit and the way out', () => {
    const { problems } = parseRoutes(HEAD + routes(600));
    expect(problems.map(formatProblem)).toEqual([
      expect.stringMatching(
        /^routes\.yaml:\d+:5 routes\[\d+\]: the routes of forwarder "default" up to this one take 71\d{3} characters of IAM policy, and its role holds 71680; name another "forwarder" from here on$/,
      ),
    ]);
  });

  test('has room again with another forwarder', () => {
    expect(parseRoutes(HEAD + routes(600, (index) => (index < 300 ? 'first' : 'second'))).problems).toEqual(
      [],
    );
  });

  test('counts the roles that an account would hold', () => {
    const entries = Array.from({ length: 501 }, (_, index) => {
      return `  - stream: stream-${index}\n    forwarder: f${index % 9}\n    targets: [{ account: "222222222222", function: f }]\n`;
    }).join('');
    expect(parseRoutes(HEAD + entries).problems.map(formatProblem)).toEqual([
      expect.stringMatching(
        / routes\[500\]: the routes up to this one make 501 roles in account 222222222222, and a stack holds 500 resources; name an existing "role" for some of them$/,
      ),
    ]);
  });

  test('counts the parameters of all routes', () => {
    const { problems } = parseRoutes(HEAD + routes(10_001, (index) => `f${Math.floor(index / 250)}`));
    expect(problems.map(formatProblem)).toEqual([
      expect.stringMatching(
        / routes\[10000\]: the routes up to this one take 10001 parameters, and a region of an account holds 10000; move routes to another source account or region$/,
      ),
    ]);
  });
});
