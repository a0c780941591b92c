import { namesOf, type Route, type Routes } from '@xacct/core';
import { createTargetRoles, routeRoles } from '@xacct/infra/resources';
import { Stack, Stage, Token } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { addTags } from './add-tags.ts';
import type { MadeRoute } from './made-route.ts';

/** The roles of a forwarder in the accounts of its targets. */
export interface TargetRoles {
  /** Makes the roles of a route, as soon as it is known where. */
  add(routes: Routes, route: Route, needing: MadeRoute): void;
  /** Says in which scope the roles of accounts are made. What an earlier call has said of an account stays. */
  place(scopeOf: ScopeOf): void;
  /** Accounts that need roles, and of which no call of `place` has said anything. */
  missing(): string[];
}

type ScopeOf = (account: string) => Construct | undefined;

/** A role of one route in one account. */
interface NeededRole {
  account: string;
  make(scope: Construct): void;
}

/** @param path of the forwarder, for messages */
export function createTargetRolesIn(path: string): TargetRoles {
  const scopesOf: ScopeOf[] = [];
  /** The scope of each account; undefined where its roles are made elsewhere. */
  const scopes = new Map<string, Construct | undefined>();
  let waiting: NeededRole[] = [];

  const makeOrWait = (needed: readonly NeededRole[]): void => {
    waiting = needed.filter(({ account, make }) => {
      if (scopesOf.length === 0) return true;
      if (!scopes.has(account)) scopes.set(account, scopeIn(account));
      const scope = scopes.get(account);
      if (scope !== undefined) make(scope);
      return scope === undefined;
    });
  };
  const scopeIn = (account: string): Construct | undefined => {
    const scope = scopesOf.map((scopeOf) => scopeOf(account)).find((found) => found !== undefined);
    if (scope !== undefined) checkAccount(scope, account, path);
    return scope;
  };

  return {
    add(routes, route, needing) {
      const needed = routeRoles(route).map((role): NeededRole => {
        const { account } = role;
        return {
          account,
          make: (scope) => {
            const own = scopeOfForwarder(scope, routes, route.forwarder, account);
            const roles = createTargetRoles(own, {
              routes,
              account,
              forwarder: route.forwarder,
              roles: [role],
            });
            if (Stage.of(own) === Stage.of(needing)) for (const made of roles) needing.readAfter(made);
          },
        };
      });
      makeOrWait([...waiting, ...needed]);
    },
    place(scopeOf) {
      scopesOf.push(scopeOf);
      for (const [account, scope] of scopes) if (scope === undefined) scopes.delete(account);
      makeOrWait(waiting);
    },
    missing: () =>
      [...new Set(waiting.map(({ account }) => account))]
        .filter((account) => !scopes.has(account))
        .toSorted(),
  };
}

/** One construct in a scope for all routes of a forwarder. */
function scopeOfForwarder(scope: Construct, routes: Routes, forwarder: string, account: string): Construct {
  const id = namesOf(routes).targetStack({ account, forwarder });
  const found = scope.node.tryFindChild(id);
  if (found instanceof Construct) return found;
  const made = new Construct(scope, id);
  addTags(made, routes, { forwarder });
  return made;
}

function checkAccount(scope: Construct, account: string, path: string): void {
  const { account: got, node } = Stack.of(scope);
  if (Token.isUnresolved(got) || got === account) return;
  throw new Error(
    `${path}: addToTargets: expected a stack of account ${account}, got ${node.path} of account ${got}`,
  );
}
