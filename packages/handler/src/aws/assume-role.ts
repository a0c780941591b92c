import type { AssumeRoleRequest, Credentials } from '@aws-sdk/client-sts';
import { parseArn, roleSessionName } from '@xacct/core';
import * as limits from '@xacct/core/limits';
import { abortAfter, type Clock } from '../invocation/clock.ts';
import type { Metrics } from '../invocation/metrics.ts';
import { reasonOf } from '../invocation/reason-of.ts';
import type { CallSts } from './call-sts.ts';

/** Immutable: a refresh makes a new object, so that whatever is derived from one may be kept with it. */
export interface RoleCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
  /** Epoch ms. */
  readonly expiresAt: number;
}

export interface Role {
  roleArn: string;
  externalId: string;
  /** Names the session in the target account's CloudTrail. */
  route: string;
}

/** Asks STS for credentials of a role. */
export type AssumeRole = (role: Role) => Promise<RoleCredentials>;

/** For one AssumeRole with its retries; a connection without an answer would hold up every caller of the role. */
export const STS_TIMEOUT_MS = 10_000;

export function createAssumeRole(options: {
  callSts: CallSts;
  metrics: Pick<Metrics, 'add'>;
  clock: Clock;
}): AssumeRole {
  const { callSts, metrics, clock } = options;

  async function issuedFor(request: AssumeRoleRequest): Promise<Credentials | undefined> {
    const timeout = abortAfter(clock, STS_TIMEOUT_MS, () => new StsTimeoutError());
    try {
      return (await callSts(request, timeout.signal)).Credentials;
    } catch (error) {
      // The call's own error would not say what ended it.
      throw timeout.signal.aborted ? timeout.signal.reason : error;
    } finally {
      timeout.clear();
    }
  }

  return async (role) => {
    const request = {
      RoleArn: role.roleArn,
      RoleSessionName: roleSessionName(role.route),
      ExternalId: role.externalId,
      DurationSeconds: limits.sts.chainedSessionSeconds,
    };
    metrics.add('credentialRefreshes');
    const issued = await issuedFor(request);
    if (!issued?.AccessKeyId || !issued.SecretAccessKey || !issued.SessionToken || !issued.Expiration) {
      throw new Error('STS returned no credentials');
    }
    return {
      accessKeyId: copyOf(issued.AccessKeyId),
      secretAccessKey: copyOf(issued.SecretAccessKey),
      sessionToken: copyOf(issued.SessionToken),
      expiresAt: issued.Expiration.getTime(),
    };
  };
}

/** Thrown when STS does not give credentials of a role; the `cause` is its own error. */
export class AssumeRoleError extends Error {
  override readonly name = 'AssumeRoleError';

  constructor({ roleArn, route }: Role, cause: unknown) {
    const hint = isDenied(cause)
      ? `. Is the xacct stack of account ${parseArn(roleArn).account} deployed?`
      : '';
    super(`Cannot assume ${roleArn} for route "${route}": ${reasonOf(cause)}${hint}`, { cause });
  }
}

/** The reason with which a call to STS is ended that lasts too long. */
class StsTimeoutError extends Error {
  override readonly name = 'TimeoutError';
  override readonly message = `STS did not answer within ${STS_TIMEOUT_MS} ms`;
}

export function isDenied(cause: unknown): boolean {
  return cause instanceof Error && /^AccessDenied(Exception)?$/.test(cause.name);
}

/** A part of the response's text would keep all of that text in memory for as long as the credentials are kept. */
function copyOf(part: string): string {
  return Buffer.from(part).toString();
}
