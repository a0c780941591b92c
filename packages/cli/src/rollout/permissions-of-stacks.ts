import { type Named, namesOf } from '@xacct/core';
import {
  isGrant,
  NO_PERMISSIONS,
  type Permissions,
  type RolePermission,
  type Sender,
  unitePermissions,
} from '@xacct/core/rollout';
import { forwarderOf, kindOf, resourcesOfType, routeOf, routeOfRole, type Stack } from '../stacks/stack.ts';

/** What stacks allow, read from their templates, whoever deployed them. */
export function permissionsOfStacks(routes: Named, stacks: readonly Stack[]): Permissions {
  const forwarders = stacks
    .filter((stack) => kindOf(stack) === 'forwarder')
    .flatMap((stack) => forwarderOf(stack) ?? []);
  return unitePermissions(
    ...stacks.map((stack): Permissions => {
      const [forwarder, kind] = [forwarderOf(stack), kindOf(stack)];
      if (forwarder === undefined) return NO_PERMISSIONS;
      return {
        roles: kind === 'target' ? rolesOf(stack, forwarder) : [],
        grants: kind === 'forwarder' ? grantsOf(stack).map((grant) => ({ ...grant, forwarder })) : [],
        senders: kind === 'route' ? sendersOf(routes, stack, forwarders) : [],
      };
    }),
  );
}

function grantsOf(stack: Stack) {
  return resourcesOfType(stack, 'AWS::IAM::Policy', 'AWS::IAM::ManagedPolicy')
    .flatMap(({ Properties }) => statementsOf(Properties?.PolicyDocument))
    .flatMap(({ Sid = '', Resource = [] }) => [Resource].flat().map((resource) => ({ sid: Sid, resource })))
    .filter(isGrant);
}

function rolesOf(stack: Stack, forwarder: string): RolePermission[] {
  return resourcesOfType(stack, 'AWS::IAM::Role').flatMap((role) => {
    const { Properties = {} } = role;
    const route = routeOfRole(role);
    const policies = Array.isArray(Properties.Policies) ? Properties.Policies : [];
    if (route === undefined) return [];
    return {
      account: stack.account,
      forwarder,
      route,
      functionArns: policies
        .flatMap(({ PolicyDocument }) => statementsOf(PolicyDocument))
        .flatMap(({ Resource = [] }) => Resource),
      externalIds: statementsOf(Properties.AssumeRolePolicyDocument).flatMap(
        ({ Condition }) => Condition?.StringEquals?.['sts:ExternalId'] ?? [],
      ),
    };
  });
}

/** The forwarders whose roles the policy of the retry queue names. A deleted forwarder is no longer a principal. */
function sendersOf(routes: Named, stack: Stack, forwarders: readonly string[]): Sender[] {
  const route = routeOf(stack);
  const principals = resourcesOfType(stack, 'AWS::SQS::QueuePolicy')
    .flatMap(({ Properties }) => statementsOf(Properties?.PolicyDocument))
    .flatMap(({ Principal }) => (typeof Principal === 'object' ? (Principal.AWS ?? []) : []));
  return forwarders
    .filter((forwarder) => principals.includes(namesOf(routes).forwarder(forwarder).executionRoleArn))
    .flatMap((forwarder) => (route === undefined ? [] : [{ route, forwarder }]));
}

interface Statement {
  Sid?: string;
  Resource?: string | string[];
  Principal?: string | { AWS?: string | string[] };
  Condition?: { StringEquals?: Record<string, string | string[]> };
}

/** The statements of a document that xacct wrote. */
function statementsOf(document: unknown): Statement[] {
  const { Statement = [] } = (document ?? {}) as { Statement?: Statement[] };
  return Statement;
}
