import type { Principal } from './principal.ts';
import { requireAllowed } from './require-allowed.ts';

/** A service's use of a KMS key on behalf of its caller. */
export interface KeyUse {
  principal: Principal;
  /** Undefined where no key of a customer is used. */
  keyArn: string | undefined;
  actions: readonly ('kms:Decrypt' | 'kms:GenerateDataKey')[];
  service: 's3' | 'sqs';
  region: string;
}

/**
 * Requires that the caller of a service may use the key of its queue or bucket. The key's own policy is in no template: it is
 * taken to leave the decision to IAM, as the policy does that AWS gives a key.
 *
 * @throws {AwsError} as the service names it, when IAM denies one of the actions
 */
export function requireKey(
  { principal, keyArn, actions, service, region }: KeyUse,
  denied?: { code: string; status: number },
): void {
  if (keyArn === undefined) return;
  for (const action of actions) {
    requireAllowed(
      {
        principal,
        action,
        resource: keyArn,
        resourceAccount: principal.account,
        context: { 'kms:ViaService': `${service}.${region}.amazonaws.com` },
      },
      denied,
    );
  }
}
