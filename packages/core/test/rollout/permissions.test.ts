import { describe, expect, test } from 'vitest';
import { type RoutedTarget, routedTargets, type Target } from '../../src/index.ts';
import {
  allowsTarget,
  type DeployedRoute,
  NO_PERMISSIONS,
  type Permissions,
  rolesOfStored,
  stillUsed,
  unitePermissions,
} from '../../src/rollout/index.ts';
import { route, target } from '../factories.ts';

const ROUTES = {
  name: 'xacct',
  rolePath: '/',
  source: { account: '111111111111', region: 'us-west-2', partition: 'aws' },
} as const;
const SENDER = { route: 'orders', forwarder: 'default' };
const READER = routed();
const ROLE = {
  account: READER.account,
  ...SENDER,
  functionArns: [READER.functionArn],
  externalIds: [READER.externalId],
};
const ASSUME = { forwarder: 'default', sid: 'AssumeRoutedRoles', resource: READER.roleArn } as const;

/** A target of the sender's route. */
function routed(properties: Partial<Target> = {}): RoutedTarget {
  const [one] = routedTargets(ROUTES, { name: SENDER.route, forwarder: SENDER.forwarder }, [
    target(properties),
  ]);
  if (one === undefined) throw new Error('unreachable');
  return one;
}

function permissions(more: Partial<Permissions> = {}): Permissions {
  return { ...NO_PERMISSIONS, ...more };
}

function deployed(more: Partial<DeployedRoute> = {}): DeployedRoute {
  return { name: 'orders', forwarder: 'default', stored: route(), read: [], isCurrent: true, ...more };
}

describe('unitePermissions', () => {
  test('puts the parts of a role together, and has all else once', () => {
    const other = { ...ROLE, functionArns: ['another'], externalIds: ['agreed'] };
    expect(
      unitePermissions(
        permissions({ roles: [ROLE], grants: [ASSUME], senders: [SENDER] }),
        permissions({
          roles: [other, { ...ROLE, account: '333333333333' }],
          grants: [{ ...ASSUME }],
          senders: [{ ...SENDER }],
        }),
      ),
    ).toEqual({
      roles: [
        {
          ...ROLE,
          functionArns: ['another', READER.functionArn],
          externalIds: ['agreed', READER.externalId],
        },
        { ...ROLE, account: '333333333333' },
      ],
      grants: [ASSUME],
      senders: [SENDER],
    });
  });
});

describe('allowsTarget', () => {
  const both = permissions({ roles: [ROLE], grants: [ASSUME] });

  test('asks for both sides, and for the forwarder and the route that they are for', () => {
    expect(allowsTarget(both, SENDER, READER)).toBe(true);
    for (const lacking of [
      { ...both, grants: [] },
      { ...both, grants: [{ ...ASSUME, forwarder: 'isolated' }] },
      { ...both, roles: [] },
      { ...both, roles: [{ ...ROLE, forwarder: 'isolated' }] },
      { ...both, roles: [{ ...ROLE, functionArns: [] }] },
      { ...both, roles: [{ ...ROLE, externalIds: ['agreed'] }] },
    ]) {
      expect(allowsTarget(lacking, SENDER, READER)).toBe(false);
    }
  });

  test('accepts a pattern for all generated roles, and for no other', () => {
    const pattern = { forwarder: 'default', sid: 'AssumeRolesOfOrganization', resource: '*' } as const;
    const own = permissions({ roles: [ROLE], grants: [pattern] });
    expect(allowsTarget(own, SENDER, READER)).toBe(true);
    const theirs = routed({ roleArn: 'arn:aws:iam::222222222222:role/theirs' });
    expect(allowsTarget(own, SENDER, theirs)).toBe(false);
  });

  test('assumes that an existing role, and the roles of an account that is left to its owner, are as they should be', () => {
    const theirs = routed({ roleArn: 'arn:aws:iam::222222222222:role/theirs' });
    const grants = [{ ...ASSUME, resource: theirs.roleArn }];
    expect(allowsTarget(permissions({ grants }), SENDER, theirs)).toBe(true);
    const isLeft = (account: string) => account === READER.account;
    expect(allowsTarget(permissions({ grants: [ASSUME] }), SENDER, READER, isLeft)).toBe(true);
  });
});

describe('stillUsed', () => {
  test('keeps the part of a role that its stored route uses', () => {
    const wide = {
      ...ROLE,
      functionArns: ['old', READER.functionArn],
      externalIds: ['old', READER.externalId],
    };
    const gone = { ...ROLE, route: 'sales' };
    expect(stillUsed(ROUTES, permissions({ roles: [wide, gone] }), [deployed()]).roles).toEqual([ROLE]);
  });

  test('keeps for a forwarder the roles of its routes, and what their stacks show', () => {
    const read = (resource: string) => ({ forwarder: 'default', sid: 'ReadRoutes', resource }) as const;
    const grants = [
      ASSUME,
      { ...ASSUME, resource: 'old' },
      read('shown'),
      read('old'),
      { ...read('shown'), forwarder: 'isolated' },
    ];
    expect(stillUsed(ROUTES, permissions({ grants }), [deployed({ read: ['shown'] })]).grants).toEqual([
      ASSUME,
      read('shown'),
    ]);
  });

  test.each(['DecryptStreams', 'AssumeRolesOfOrganization', 'WriteTraces'] as const)(
    'keeps %s, which no stack shows, while a route is not as the file says',
    (sid) => {
      const grants = [{ forwarder: 'default', sid, resource: 'r' }];
      expect(stillUsed(ROUTES, permissions({ grants }), [deployed()]).grants).toEqual([]);
      expect(stillUsed(ROUTES, permissions({ grants }), [deployed({ isCurrent: false })]).grants).toEqual(
        grants,
      );
    },
  );

  test('keeps no role by name where a pattern lets the forwarder assume it anyway', () => {
    const pattern = { forwarder: 'default', sid: 'AssumeRolesOfOrganization', resource: '*' } as const;
    const own = permissions({ roles: [ROLE], grants: [pattern] });
    const all = permissions({ grants: [ASSUME] });
    expect(stillUsed(ROUTES, all, [deployed()], own).grants).toEqual([]);
    const narrower = { ...own, roles: [] };
    expect(stillUsed(ROUTES, all, [deployed()], narrower).grants).toEqual([ASSUME]);
  });

  test('keeps all of a forwarder with a route of which nothing is known', () => {
    const all = permissions({
      roles: [{ ...ROLE, route: 'sales' }],
      grants: [{ ...ASSUME, resource: 'old' }],
    });
    expect(stillUsed(ROUTES, all, [deployed({ stored: undefined })])).toMatchObject({
      roles: all.roles,
      grants: all.grants,
    });
  });

  test("keeps the sender that reads a route's stream", () => {
    const senders = [SENDER, { route: 'orders', forwarder: 'isolated' }];
    expect(stillUsed(ROUTES, permissions({ senders }), [deployed()]).senders).toEqual([SENDER]);
  });
});

describe('rolesOfStored', () => {
  test('finds a role in each account, but for existing ones', () => {
    const targets = [
      READER,
      target({ functionArn: 'archive' }),
      target({ account: '333333333333', roleArn: 'arn:aws:iam::333333333333:role/theirs' }),
    ];
    expect(rolesOfStored(ROUTES, [deployed({ stored: route({ targets }) })])).toEqual([
      { ...ROLE, functionArns: [READER.functionArn, 'archive'] },
    ]);
  });
});
