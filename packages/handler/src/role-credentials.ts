import { AssumeRoleCommand, type STSClient } from '@aws-sdk/client-sts';
import { limits, roleSessionName } from '@xacct/core';

/** Immutable: a refresh makes a new object, so that whatever is derived from one may be kept with it. */
export interface RoleCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
  readonly expiration: Date;
}

export interface Role {
  roleArn: string;
  externalId: string;
  /** Names the session in the target account's CloudTrail. */
  route: string;
}

/** Thrown when STS does not give credentials of a role; the `cause` is its own error. */
export class AssumeRoleError extends Error {
  override readonly name = 'AssumeRoleError';

  constructor({ roleArn, route }: Role, cause: unknown) {
    const reason = cause instanceof Error ? `${cause.name}: ${cause.message}` : String(cause);
    const [, , , , account] = roleArn.split(':');
    const hint = reason.startsWith('AccessDenied')
      ? `. Is the xacct stack of account ${account} deployed?`
      : '';
    super(`Cannot assume ${roleArn} for route "${route}": ${reason}${hint}`, { cause });
  }
}

export interface RoleCredentialCache {
  /**
   * Credentials that hold for some minutes yet. A failure is not kept: the next call asks again.
   *
   * @throws {AssumeRoleError}
   */
  get(role: Role): Promise<RoleCredentials>;
  /** Drops credentials that a service called expired, unless they have been replaced since. */
  drop(role: Role, credentials: RoleCredentials): void;
}

interface Entry {
  current?: RoleCredentials;
  /** The one AssumeRole in flight for this role. */
  pending?: Promise<RoleCredentials> | undefined;
}

/** For one AssumeRole with the SDK's retries; a connection that says nothing would hold up every caller of the role. */
const STS_TIMEOUT_MS = 10_000;
const REFRESH_BEFORE_EXPIRY_MS = 5 * 60_000;
/** Credentials with less than this left are not handed out: a request on its way must not outlive them. */
const LEAST_LEFT_MS = 15_000;

export function createRoleCredentialCache(options: {
  sts: Pick<STSClient, 'send'>;
  now?: () => number;
}): RoleCredentialCache {
  const { sts, now = Date.now } = options;
  const entries = new Map<string, Entry>();

  async function assume(role: Role): Promise<RoleCredentials> {
    const command = new AssumeRoleCommand({
      RoleArn: role.roleArn,
      RoleSessionName: roleSessionName(role.route),
      ExternalId: role.externalId,
      DurationSeconds: limits.sts.chainedSessionSeconds,
    });
    const { Credentials: issued } = await sts.send(command, {
      abortSignal: AbortSignal.timeout(STS_TIMEOUT_MS),
    });
    if (!issued?.AccessKeyId || !issued.SecretAccessKey || !issued.SessionToken || !issued.Expiration) {
      throw new Error('STS returned no credentials');
    }
    return {
      accessKeyId: issued.AccessKeyId,
      secretAccessKey: issued.SecretAccessKey,
      sessionToken: issued.SessionToken,
      expiration: issued.Expiration,
    };
  }

  async function refresh(role: Role, entry: Entry): Promise<RoleCredentials> {
    try {
      entry.current = await assume(role);
      return entry.current;
    } catch (cause) {
      throw new AssumeRoleError(role, cause);
    } finally {
      entry.pending = undefined;
    }
  }

  return {
    async get(role) {
      const entry = entries.get(keyOf(role)) ?? {};
      entries.set(keyOf(role), entry);

      const { current } = entry;
      const leftMs = current === undefined ? 0 : current.expiration.getTime() - now();
      if (current !== undefined && leftMs >= REFRESH_BEFORE_EXPIRY_MS) return current;
      entry.pending ??= refresh(role, entry);
      if (current === undefined || leftMs < LEAST_LEFT_MS) return entry.pending;
      // In the background: what is at hand still holds, and the next caller tries again if this fails.
      entry.pending.catch(() => {});
      return current;
    },
    drop(role, credentials) {
      const entry = entries.get(keyOf(role));
      if (entry?.current === credentials) delete entry.current;
    },
  };
}

/** Routes may share an existing role; the session in its account's CloudTrail is each route's own all the same. */
function keyOf({ roleArn, externalId, route }: Role): string {
  return `${roleArn} ${externalId} ${route}`;
}
