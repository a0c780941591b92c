import { createHash } from 'node:crypto';
import { parseArn } from '@xacct/core';
import type { DeployedRole } from '../../assembly/deployed.ts';
import { organizationOf } from '../../assembly/organization.ts';
import type { AccessKeys } from '../../endpoint/access-keys.ts';
import { evaluate } from '../../iam/evaluate.ts';
import type { Credentials, Principal } from '../../iam/principal.ts';
import { AwsError } from '../../shared/aws-error.ts';
import type { Clock } from '../../shared/clock.ts';

export interface Role extends DeployedRole {
  /** In place of IAM's unique ID of the role. */
  id: string;
}

export interface Session {
  principal: Principal;
  credentials: Required<Credentials>;
}

/** The roles of all accounts, and their sessions. */
export interface Roles {
  /** The organization of all accounts; undefined if no trust policy names one. */
  readonly organizationId: string | undefined;
  /** Replaces all roles. Sessions go on, with what their role may do from now on. */
  deploy(deployed: Iterable<DeployedRole>): void;
  find(arn: string): Role | undefined;
  startSession(role: Role, sessionName: string, seconds: number): Session;
  /**
   * A session for a service that acts as a role, as Lambda does for a function.
   *
   * @throws {AwsError} when the role does not trust the service
   */
  startServiceSession(roleArn: string, service: string, sessionName: string, seconds: number): Session;
}

export function createRoles(keys: AccessKeys, clock: Clock): Roles {
  let roles: ReadonlyMap<string, Role> = new Map();
  let organizationId: string | undefined;

  const all: Roles = {
    get organizationId() {
      return organizationId;
    },
    deploy(next) {
      roles = new Map(Array.from(next, (role) => [role.arn, { ...role, id: uniqueId(role.arn) }]));
      organizationId = organizationOf(roles.values());
    },
    find: (arn) => roles.get(arn),
    startSession(role, sessionName, seconds) {
      const { partition } = parseArn(role.arn);
      const principal: Principal = {
        kind: 'role',
        account: role.account,
        // The ARN of a session has the role's name, not its path.
        arn: `arn:${partition}:sts::${role.account}:assumed-role/${role.name}/${sessionName}`,
        principalArn: role.arn,
        get policies() {
          return roles.get(role.arn)?.policies ?? [];
        },
      };
      const now = clock.now();
      return { principal, credentials: keys.issueSession(principal, now + seconds * 1000, now) };
    },
    startServiceSession(roleArn, service, sessionName, seconds) {
      const role = roles.get(roleArn);
      const decision = evaluate({
        principal: { service },
        action: 'sts:AssumeRole',
        resource: roleArn,
        resourceAccount: role?.account ?? '',
        resourcePolicy: role?.trust,
      });
      if (role === undefined || !decision.allowed) {
        throw new AwsError(
          'InvalidParameterValueException',
          `The role ${roleArn} cannot be assumed by ${service}.`,
        );
      }
      return all.startSession(role, sessionName, seconds);
    },
  };
  return all;
}

function uniqueId(arn: string): string {
  return `AROA${createHash('sha256').update(arn).digest('hex').slice(0, 17).toUpperCase()}`;
}
