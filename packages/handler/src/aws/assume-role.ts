import { AssumeRoleCommand, type STSClient } from '@aws-sdk/client-sts';
import { parseArn, roleSessionName } from '@xacct/core';
import * as limits from '@xacct/core/limits';
import { abortAfter, type Clock } from '../invocation/clock.ts';
import type { Metrics } from '../invocation/metrics.ts';
import { reasonOf } from '../invocation/reason-of.ts';

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

/** For one AssumeRole with the SDK's retries; a connection without an answer would hold up every caller of the role. */
export const STS_TIMEOUT_MS = 10_000;

export function createAssumeRole(options: {
  sts: Pick<STSClient, 'send'>;
  metrics: Pick<Metrics, 'add'>;
  clock: Clock;
}): AssumeRole {
  const { sts, metrics, clock } = options;

  /** A client that throws at once rejects like any other. */
  const send = async (command: AssumeRoleCommand, abortSignal: AbortSignal) =>
    sts.send(command, { abortSignal });

  return async (role) => {
    const command = new AssumeRoleCommand({
      RoleArn: role.roleArn,
      RoleSessionName: roleSessionName(role.route),
      ExternalId: role.externalId,
      DurationSeconds: limits.sts.chainedSessionSeconds,
    });
    metrics.add('credentialRefreshes');
    const timeout = abortAfter(clock, STS_TIMEOUT_MS, () => new StsTimeoutError());
    const { Credentials: issued } = await send(command, timeout.signal)
      .catch((error: unknown) => {
        // The client's own error would not say what ended the call.
        throw timeout.signal.aborted ? timeout.signal.reason : error;
      })
      .finally(timeout.clear);
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
