import { describeFailure, isDenied } from '../aws/describe-failure.ts';
import type { Finding } from './finding.ts';

/** What a check is about, for the finding where it cannot be made. */
export interface Attempt {
  where: string;
  /** What the call reads, such as `its retention`. */
  what: string;
  /** The IAM action that it takes. */
  action: string;
  account: string;
  routes: readonly string[];
}

/** Runs a check. One that AWS does not answer is a finding of its own: nobody knows then. */
export async function guard(
  { where, what, action, account, routes }: Attempt,
  check: () => Promise<Finding[]>,
): Promise<Finding[]> {
  try {
    return await check();
  } catch (error) {
    const { name = '' } = error as Error;
    return [
      {
        severity: 'error',
        check: 'permission',
        where,
        found: `${what} cannot be read: ${describeFailure(error, `account ${account}`, () => undefined)}`,
        expected: 'an answer',
        fix: isDenied(name)
          ? `allow ${action}: docs/operating.md, "What doctor needs", has the policy`
          : 'run "xacct doctor" again; if it happens again, look for the error in https://health.aws.amazon.com',
        routes,
      },
    ];
  }
}
