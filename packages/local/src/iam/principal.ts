import type { Policy } from './policy.ts';

/** The caller of a call. */
export interface Principal {
  /** `user`: the administrator of an account. `role`: a session of a role. */
  kind: 'user' | 'role';
  account: string;
  /** ARN as messages show it: `arn:aws:sts::…:assumed-role/<role>/<session>` for a role. */
  arn: string;
  /** `aws:PrincipalArn`: the ARN of the role or user itself. */
  principalArn: string;
  /** Identity policies. */
  policies: readonly Policy[];
  /** False for a caller that is exempt from fault injection. Default: true. */
  meetsFaults?: boolean;
}

/** Credentials of an account or of a session, as the settings of an SDK client take them. */
export interface Credentials {
  accessKeyId: string;
  secretAccessKey: string;
  sessionToken?: string;
  /** Epoch ms; for sessions only. */
  expiresAt?: number;
}

/** In place of IAM's unique ID of a user, or of a role with its session. */
export function userIdOf({ arn }: Pick<Principal, 'arn'>): string {
  return arn.split('/').slice(1).join(':');
}
