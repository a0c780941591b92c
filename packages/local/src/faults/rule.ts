import type { ServiceName } from './known-services.ts';
import type { Latency } from './latency.ts';

/** One kind of fault, for the calls that the rule selects. */
export interface Rule {
  name: string;
  /** Properties that a call must have; undefined allows any value. */
  select: {
    [Key in 'operation' | 'account' | 'region' | 'function']: string | undefined;
  } & { service: ServiceName | undefined };
  /** Since the start. */
  fromMs: number;
  toMs: number;
  /** 0 to 1. */
  rate: number;
  /** Added to the time of a call. */
  latencyMs: Latency | undefined;
  ending: RuleEnding | undefined;
  /** Delivered twice, by a mapping, the queue of events, or a queue. */
  duplicate: 'batch' | 'event' | 'message' | undefined;
  kill: boolean;
}

/** How a rule ends a call. `throttle` and `unavailable` are errors of the service that is called. */
export type RuleEnding =
  | { kind: 'error'; name: string }
  | { kind: 'throttle' }
  | { kind: 'unavailable' }
  | { kind: 'hang' }
  | { kind: 'reset'; of: 'request' | 'answer' };

/** The rules of a faults file, checked, with every default filled in. */
export interface FaultRules {
  /** Undefined if the file has none. */
  seed: number | undefined;
  rules: readonly Rule[];
}
