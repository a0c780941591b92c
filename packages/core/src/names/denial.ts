import { parseArn, writeArn } from './arn.ts';

/** A call that IAM denied, as the error's message says it. */
export interface Denial {
  /** Who called: a role by its name, a user by the ARN, or a service. */
  caller: string;
  action: string;
  /** ARN, or `*`. */
  resource: string;
  /** The statement without which the call is denied; undefined where a statement denies it. */
  missing: MissingStatement | undefined;
}

/** A statement that would allow a call. */
export interface MissingStatement {
  /** Whose policies it belongs into. */
  place: string;
  statement: {
    Effect: 'Allow';
    Action: string;
    Resource?: string;
    Principal?: { AWS: string } | { Service: string };
  };
}

const CALL = /User: (\S+) is not authorized to perform: (\S+) on resource: (\S*[^\s.,;])(.*)/;
const SERVICE = /The role (arn:\S+) cannot be assumed by ([a-z0-9.-]+[a-z])/;

/**
 * Reads the denial in the message of an error: who was denied what, and which statement is missing.
 *
 * @returns undefined for the message of anything else
 */
export function readDenial(message: string): Denial | undefined {
  const [, caller, action = '', resource = '', because = ''] = CALL.exec(message) ?? [];
  if (caller !== undefined)
    return {
      caller: nameOf(caller),
      action,
      resource,
      missing: missingOf(caller, action, resource, because),
    };
  const [, role, service] = SERVICE.exec(message) ?? [];
  if (role === undefined || service === undefined) return undefined;
  const Action = 'sts:AssumeRole';
  return {
    caller: service,
    action: Action,
    resource: role,
    missing: {
      place: `the trust policy of ${role}`,
      statement: { Effect: 'Allow', Action, Principal: { Service: service } },
    },
  };
}

/** The sentence that says so. */
export function describeDenial({ caller, action, resource, missing }: Denial): string {
  const denied = `${caller} was denied ${action} on ${resource}`;
  if (missing === undefined) return `${denied}: a statement with "Effect": "Deny" refuses it`;
  return `${denied}: ${missing.place} ${missing.place.startsWith('the policies') ? 'lack' : 'lacks'} ${JSON.stringify(missing.statement)}`;
}

function missingOf(
  caller: string,
  action: string,
  resource: string,
  because: string,
): MissingStatement | undefined {
  if (/explicit/.test(because)) return undefined;
  const common = { Effect: 'Allow', Action: action } as const;
  const own = `the policies of ${nameOf(caller)}`;
  if (!/no resource-based/.test(because)) {
    const isKnown = action !== 'sts:AssumeRole' || /no identity-based/.test(because);
    const place = isKnown ? own : `${own}, or the trust policy of ${resource},`;
    return { place, statement: { ...common, Resource: resource } };
  }
  const Principal = { AWS: identityOf(caller) };
  return action === 'sts:AssumeRole'
    ? { place: `the trust policy of ${resource}`, statement: { ...common, Principal } }
    : { place: `the policy of ${resource}`, statement: { ...common, Resource: resource, Principal } };
}

/** A session by its role, whose ARN is known but for its path. */
function identityOf(arn: string): string {
  const { service, resource, ...place } = parseArn(arn);
  const [kind, role] = resource.split('/');
  return service === 'sts' && kind === 'assumed-role'
    ? writeArn('iam', { ...place, region: '' }, `role/${role}`)
    : arn;
}

function nameOf(arn: string): string {
  const { account, resource } = parseArn(identityOf(arn));
  return resource.startsWith('role/') ? `role ${resource.slice(5)} of account ${account}` : arn;
}
