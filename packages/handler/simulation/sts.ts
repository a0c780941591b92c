import type { AssumeRoleRequest, AssumeRoleResponse } from '@aws-sdk/client-sts';
import type { CallSts } from '../src/aws/call-sts.ts';
import type { ServiceCall } from './service-call.ts';
import { serviceError } from './service-error.ts';
import { createTokenBucket } from './token-bucket.ts';
import type { VirtualTime } from './virtual-time.ts';

/** The sessions of all roles. */
export interface Sessions {
  client(call: ServiceCall): CallSts;
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

  const perform = ({ RoleArn = '', DurationSeconds = 3600 }: AssumeRoleRequest): AssumeRoleResponse => {
    calls += 1;
    if (!quota.take()) throw serviceError('ThrottlingException', 400, 'Rate exceeded');
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
    client: (call) => (request, signal) => call({ service: 'sts', perform: () => perform(request), signal }),
    roleOf(accessKeyId) {
      const session = sessions.get(accessKeyId);
      return session !== undefined && time.now() < session.expiresAt ? session.roleArn : undefined;
    },
    calls: () => calls,
  };
}
