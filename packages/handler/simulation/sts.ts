import { AssumeRoleCommand, type STSClient } from '@aws-sdk/client-sts';
import type { ServiceCall } from './service-call.ts';
import { serviceError } from './service-error.ts';
import { createTokenBucket } from './token-bucket.ts';
import type { VirtualTime } from './virtual-time.ts';

/** The sessions of all roles. */
export interface Sessions {
  client(call: ServiceCall): Pick<STSClient, 'send'>;
  /** The role of a session that holds; undefined when it has expired. */
  roleOf(accessKeyId: string): string | undefined;
  calls(): number;
}

/** @param isDenied whether a role may not be used now */
export function createSessions(
  time: VirtualTime,
  callsPerSecond: number,
  isDenied: (roleArn: string) => boolean,
): Sessions {
  const quota = createTokenBucket(time, callsPerSecond);
  const sessions = new Map<string, { roleArn: string; expiresAt: number }>();
  let calls = 0;

  const perform = (command: unknown): object => {
    if (!(command instanceof AssumeRoleCommand)) {
      throw new Error(`The simulation knows no ${String(Object(command).constructor.name)} of STS`);
    }
    calls += 1;
    if (!quota.take()) throw serviceError('ThrottlingException', 400, 'Rate exceeded');
    const { RoleArn = '', DurationSeconds = 3600 } = command.input;
    if (isDenied(RoleArn)) throw serviceError('AccessDenied', 403, `Not authorized to assume ${RoleArn}`);
    const AccessKeyId = `ASIA${calls}`;
    const expiresAt = time.now() + DurationSeconds * 1000;
    sessions.set(AccessKeyId, { roleArn: RoleArn, expiresAt });
    return {
      Credentials: {
        AccessKeyId,
        SecretAccessKey: 'secret',
        SessionToken: 'token',
        Expiration: new Date(expiresAt),
      },
    };
  };

  return {
    client(call) {
      const send = (command: unknown, options?: { abortSignal?: AbortSignal }) =>
        call({ service: 'sts', perform: () => perform(command), signal: options?.abortSignal });
      return { send: send as STSClient['send'] };
    },
    roleOf(accessKeyId) {
      const session = sessions.get(accessKeyId);
      return session !== undefined && time.now() < session.expiresAt ? session.roleArn : undefined;
    },
    calls: () => calls,
  };
}
