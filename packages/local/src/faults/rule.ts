import type { ServiceName } from './known-services.ts';
import type { Latency } from './latency.ts';

/** Faults of one kind, for what it selects. */
export interface Rule {
  name: string;
  /** What a call has to be; what is undefined may be anything. */
  select: {
    service: ServiceName | undefined;
    operation: string | undefined;
    account: string | undefined;
    region: string | undefined;
    function: string | undefined;
  };
  /** Since the start. */
  fromMs: number;
  toMs: number;
  /** 0 to 1. */
  rate: number;
  /** Of a call. */
  latencyMs: Latency | undefined;
  ending: RuleEnding | undefined;
  /** Of an invocation, or a queue. */
  duplicate: 'batch' | 'event' | 'message' | undefined;
  kill: boolean;
}

/** How a rule ends a call: `throttle` and `unavailable` are each service's own errors. */
export type RuleEnding =
  | { kind: 'error'; name: string }
  | { kind: 'throttle' }
  | { kind: 'unavailable' }
  | { kind: 'hang' }
  | { kind: 'reset'; of: 'request' | 'answer' };

export interface FaultRules {
  /** Undefined where the file names none. */
  seed: number | undefined;
  rules: readonly Rule[];
}
