import type { Policy } from './policy.ts';

/** Who makes a call. */
export interface Principal {
  /** `user`: the administrator of an account. `role`: a session of a role. */
  kind: 'user' | 'role';
  account: string;
  /** As it appears in messages: `arn:aws:sts::…:assumed-role/<role>/<session>` for a role. */
  arn: string;
  /** `aws:PrincipalArn`: the ARN of the role or user itself. */
  principalArn: string;
  /** Identity policies. */
  policies: readonly Policy[];
  /** False for who is spared from the faults of a run. Default: true. */
  meetsFaults?: boolean;
}

export interface Credentials {
  accessKeyId: string;
  secretAccessKey: string;
  sessionToken?: string;
  /** Epoch ms; for sessions only. */
  expiresAt?: number;
}

/** Stands for the unique id that IAM gives a user, or a role with its session. */
export function userIdOf({ arn }: Pick<Principal, 'arn'>): string {
  return arn.split('/').slice(1).join(':');
}
