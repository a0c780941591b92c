import { createHash } from 'node:crypto';
import type { AccessKeys } from '../../endpoint/access-keys.ts';
import type { DeployedRole } from '../../assembly/deployed.ts';
import { AwsError } from '../../aws-error.ts';
import type { Clock } from '../../clock.ts';
import { evaluate } from '../../iam/evaluate.ts';
import type { Credentials, Principal } from '../../iam/principal.ts';

export interface Role extends DeployedRole {
  /** Stands for IAM's unique id of the role. */
  id: string;
}

export interface Session {
  principal: Principal;
  credentials: Required<Credentials>;
}

/** The roles of all accounts, and the sessions of those who assumed them. */
export class Roles {
  #roles: ReadonlyMap<string, Role> = new Map();
  readonly #keys: AccessKeys;
  readonly #clock: Clock;

  constructor(deployed: Iterable<DeployedRole>, keys: AccessKeys, clock: Clock) {
    this.#keys = keys;
    this.#clock = clock;
    this.deploy(deployed);
  }

  /** Replaces all roles. Sessions go on, with what their role may do from now on. */
  deploy(deployed: Iterable<DeployedRole>): void {
    this.#roles = new Map(Array.from(deployed, (role) => [role.arn, { ...role, id: uniqueId(role.arn) }]));
  }

  find(arn: string): Role | undefined {
    return this.#roles.get(arn);
  }

  startSession(role: Role, sessionName: string, seconds: number): Session {
    const [, partition] = role.arn.split(':');
    const policiesNow = () => this.find(role.arn)?.policies ?? [];
    const principal: Principal = {
      kind: 'role',
      account: role.account,
      // The ARN of a session has the role's name, not its path.
      arn: `arn:${partition}:sts::${role.account}:assumed-role/${role.name}/${sessionName}`,
      principalArn: role.arn,
      get policies() {
        return policiesNow();
      },
    };
    const now = this.#clock.now();
    return { principal, credentials: this.#keys.issueSession(principal, now + seconds * 1000, now) };
  }

  /**
   * A session for a service that acts as a role, as Lambda does for a function.
   *
   * @throws {AwsError} when the role does not trust the service
   */
  startServiceSession(roleArn: string, service: string, sessionName: string, seconds: number): Session {
    const role = this.find(roleArn);
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
    return this.startSession(role, sessionName, seconds);
  }
}

function uniqueId(arn: string): string {
  return `AROA${createHash('sha256').update(arn).digest('hex').slice(0, 17).toUpperCase()}`;
}
