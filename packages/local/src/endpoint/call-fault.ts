import type { AwsError } from '../shared/aws-error.ts';

/** What a fault does to one call: the call is handled later, and may end without the answer of its service. */
export interface CallFault {
  latencyMs: number;
  ending: CallEnding | undefined;
}

export type CallEnding =
  | { kind: 'error'; error: AwsError }
  | { kind: 'hang' }
  | { kind: 'reset'; of: 'request' | 'answer' };

export const NO_FAULT: CallFault = { latencyMs: 0, ending: undefined };
