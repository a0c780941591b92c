import type { Target } from '@xacct/core';

/** What a world is made of, and what happens to it. */
export interface WorldPlan {
  seed: number;
  /** In which records are put. */
  hours: number;
  /** Share of the full traffic: bursts of 100 records at so many times the frequency. */
  rate: number;
  routes: readonly RoutePlan[];
  functions: readonly FunctionPlan[];
  forwarder: ForwarderPlan;
  mapping: MappingPlan;
  queue: QueuePlan;
  quotas: QuotaPlan;
  faults: readonly Fault[];
  /** Share of environments whose clock is wrong, and by how much at the most. */
  clockSkewMs: number;
}

export interface RoutePlan {
  name: string;
  shards: number;
  targets: readonly TargetPlan[];
  /** Bytes of a record's data; a few dozen by default. */
  recordBytes?: number;
  /** All shards get their bursts at the same moments. */
  together?: boolean;
  /** The targets from an hour on. */
  edits?: readonly { hour: number; targets: readonly TargetPlan[] }[];
  /** Over which the parameters of an edit are written, one after another. */
  editSeconds?: number;
}

export interface TargetPlan {
  /** Name of its function, which stands alone in an account of its own. */
  function: string;
  invocation: Target['invocation'];
  onFailure: Target['onFailure'];
  filter?: NonNullable<Target['filter']>;
  timeoutSeconds?: number;
  /** When the role may neither be assumed nor used. */
  denied?: readonly Hours[];
}

export interface FunctionPlan {
  name: string;
  poison?: Poison;
  phases?: readonly Phase[];
}

/** Records that a function never takes. */
export interface Poison {
  share: number;
  /** The function throws on all records that it is given with one of them, or names it in a partial batch response. */
  mode: 'throws' | 'reports';
  /** A function that reports goes on with the records after it. */
  takesRest?: boolean;
}

export interface Hours {
  from: number;
  to: number;
}

export interface Phase extends Partial<Hours> {
  behaviour: Behaviour;
}

export type Behaviour =
  /** It never answers, and takes nothing. */
  | { kind: 'hangs' }
  | { kind: 'slow'; ms: number }
  /** It takes so long for each record. */
  | { kind: 'slow each'; ms: number }
  /** Status 429. */
  | { kind: 'throttles'; share: number }
  /** Status 500. */
  | { kind: 'unavailable' }
  | { kind: 'flaps'; upMs: number; downMs: number }
  /** The function throws, whatever it is given. */
  | { kind: 'fails'; share: number }
  /** The function takes the records, and the connection breaks before its answer. */
  | { kind: 'loses answers'; share: number };

export interface ForwarderPlan {
  timeoutSeconds: number;
  memoryMB: number;
  /** Execution environments at the most, undefined: as many as are needed. */
  environments: number | undefined;
  /** Invocations at once in the account. */
  concurrency: number;
  /** Mean time until Lambda replaces an environment. */
  lifeHours: number;
  /** All environments are replaced at these hours. */
  deployments: readonly number[];
  /** Mean time between kills of a random environment, running or not. */
  killEveryMinutes?: number;
  recursiveLoop: 'Terminate' | 'Allow';
}

export interface MappingPlan {
  batchSize: number;
  windowMs: number;
  parallelizationFactor: number;
  /** -1: no limit. */
  maximumRetryAttempts: number;
  /** -1: no limit. */
  maximumRecordAgeSeconds: number;
  bisects: boolean;
}

export interface QueuePlan {
  maxReceiveCount: number;
  maximumConcurrency: number;
  /** Messages in flight at full rate. */
  inFlight: number;
  /** Share of receives after which the message can be received once more. */
  duplicates: number;
}

export interface QuotaPlan {
  stsPerSecond: number;
  ssmPerSecond: number;
}

export interface Fault extends Hours {
  service: 'sqs' | 's3' | 'ssm' | 'sts';
  /** Fails: status 503. Hangs: no answer. Loses: it is done, and the answer never comes. */
  mode: 'fails' | 'hangs' | 'loses';
  share: number;
}

export const HOUR = 3_600_000;

export function within(hours: Partial<Hours>, hour: number): boolean {
  return hour >= (hours.from ?? 0) && hour < (hours.to ?? Number.POSITIVE_INFINITY);
}
