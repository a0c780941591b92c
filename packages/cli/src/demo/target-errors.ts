import { readDenial } from '@xacct/core';
import type { CallRecord } from '@xacct/local';
import { readLog } from '../local-aws/read-log.ts';

export interface TargetErrors {
  /** Takes a line that a function logged. */
  readLog(functionName: string, line: string): void;
  /** Takes a call that was answered at the endpoint. */
  readCall(call: CallRecord): void;
  /** Takes a problem that concerns no single target. */
  readProblem(message: string): void;
  /**
   * The last error of a target; or else what the forwarder was denied, the last error of the forwarder, or of anything.
   *
   * @param forwarder name of the function
   */
  lastOf(route: string, target: string, forwarder: string): string;
}

/** Remembers the last error of each target, and of what comes before all targets, to explain why records were lost. */
export function createTargetErrors(): TargetErrors {
  const ofTargets = new Map<string, string>();
  /** By the name of the forwarder's function. */
  const denied = new Map<string, string>();
  const ofForwarders = new Map<string, string>();
  let lastOther: string | undefined;
  return {
    readLog(functionName, line) {
      const entry = readLog(line);
      if (entry.kind === 'failure' && entry.target !== undefined)
        ofTargets.set(`${entry.route} ${entry.target}`, entry.reason);
      // An invocation failed as a whole.
      else if (entry.kind === 'failure' || entry.kind === 'error')
        ofForwarders.set(functionName, entry.reason);
    },
    readCall({ principal, error, message = '' }) {
      const [, session] = /:assumed-role\/[^/]+\/(.+)$/.exec(principal) ?? [];
      if (error !== undefined && session !== undefined && readDenial(message) !== undefined)
        denied.set(session, `${error}: ${message}`);
    },
    readProblem(message) {
      lastOther = message;
    },
    lastOf: (route, target, forwarder) =>
      ofTargets.get(`${route} ${target}`) ??
      denied.get(forwarder) ??
      ofForwarders.get(forwarder) ??
      lastOther ??
      'no error was reported; the records are on their way still',
  };
}
