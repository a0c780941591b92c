/** What was looked at. */
export type Check =
  | 'account'
  | 'alarm'
  | 'bootstrap'
  | 'concurrency'
  | 'dead-letters'
  | 'failure-bucket'
  | 'forwarder'
  | 'function'
  | 'mapping'
  | 'parameter'
  | 'paused'
  | 'permission'
  | 'policy'
  | 'region'
  | 'retention'
  | 'retry-queue'
  | 'role'
  | 'stack'
  | 'stream'
  | 'target'
  | 'waiting';

/** One thing that is not as it should be. */
export interface Finding {
  /** `error`: records do not arrive, or nobody knows whether they do. `warning`: they arrive, and somebody should look at it. */
  severity: 'error' | 'warning';
  check: Check;
  /** The resource, as people name it. */
  where: string;
  found: string;
  expected: string;
  /** A command, where one fixes it. */
  fix: string;
  /** Names of the routes that it concerns; empty for something that concerns the account. */
  routes: readonly string[];
  /** ARNs of the functions that it keeps records from. */
  targets?: readonly string[];
  /** Resources of templates: where one of them is not as in the file, that is the cause. */
  causes?: readonly Cause[];
  /** What follows from it and was found too. */
  consequences?: readonly string[];
}

/**
 * The command that puts back what was changed by hand in stacks that are as in the file, which no other deployment changes. What
 * is behind it is a comment for the shell, too.
 *
 * @param what arguments of `xacct deploy`
 * @param otherwise what to do where nothing was changed
 */
export function revertDrift(what: string, otherwise: string): string {
  return `xacct deploy ${what} --revert-drift # the stack is as in the file: this puts back what was changed by hand. ${otherwise}`;
}

/** A resource of a stack. */
export interface Cause {
  /** The name of the stack. */
  stack: string;
  type: string;
  /** Its logical ID, or the name of a role or a queue; absent for any resource of the type. */
  name?: string;
  /** What to deploy, as arguments of `xacct deploy`. */
  deploy: string;
}
