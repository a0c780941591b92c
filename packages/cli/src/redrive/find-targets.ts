import { accountIds, few, functionArn, functionFromArn, type Route, type Source } from '@xacct/core';
import { CommandFailure } from '../terminal/command-failure.ts';

/** How many targets a message lists. */
const MOST_TARGETS = 10;

/**
 * The ARNs of the functions that a person means by an ARN, or by account/function.
 *
 * @param text of the routes file, for names of accounts and groups
 * @throws {CommandFailure} where the route has no such target
 */
export function findTargets({ name, targets }: Route, wanted: string, text: string): Set<string> {
  const named = namedFunction(wanted, text);
  const found = targets.filter(({ account, functionArn }) => {
    const { qualifiedName } = functionFromArn(functionArn);
    return (
      functionArn === wanted || (named?.accounts.includes(account) && qualifiedName === named.qualifiedName)
    );
  });
  if (found.length > 0) return new Set(found.map(({ functionArn }) => functionArn));

  const known = targets.map(({ account, functionArn }) => {
    return `${account}/${functionFromArn(functionArn).qualifiedName}`;
  });
  const message = `Route "${name}" has no target "${wanted}", expected an ARN or one of ${few(known, MOST_TARGETS)}`;
  throw new CommandFailure(message, 2);
}

/**
 * The ARNs of former targets of a route: from an ARN, or from account/function in each region of the route.
 *
 * @throws {CommandFailure} for anything else
 */
export function findFormerTargets(
  { targets }: Route,
  { partition, region }: Source,
  wanted: string,
  text: string,
): Set<string> {
  if (/^arn:[^:]+:lambda:/.test(wanted)) return new Set([wanted]);
  const named = namedFunction(wanted, text);
  if (named === undefined) {
    const message = `Expected the ARN of a function, or account/function, where account is a name, 12 digits or a group, got "${wanted}"`;
    throw new CommandFailure(message, 2);
  }
  const regions = new Set([region, ...targets.map((target) => target.region)]);
  return new Set(
    named.accounts.flatMap((account) =>
      [...regions].map((other) => functionArn({ partition, region: other, account }, named.qualifiedName)),
    ),
  );
}

/** What account/function names; undefined for other text, and for an account that the file does not have. */
function namedFunction(
  wanted: string,
  text: string,
): { accounts: readonly string[]; qualifiedName: string } | undefined {
  const [, place, qualifiedName] = /^([^/]+)\/(.+)$/.exec(wanted) ?? [];
  if (place === undefined || qualifiedName === undefined) return undefined;
  const accounts = accountIds(text, place)?.ids;
  return accounts && { accounts, qualifiedName };
}
