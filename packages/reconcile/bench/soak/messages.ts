import type { Credentials, FaultCount, Invocation } from '@xacct/local';
import type { Arrival, DeployedRoute } from '../../src/index.ts';
import type { MemorySample } from './memory.ts';

/** What the process of the local AWS reports to the soak. */
export type FromAws =
  | { kind: 'ready'; ready: Ready }
  | { kind: 'arrival'; arrival: Arrival }
  | { kind: 'filtered' | 'settled'; routeName: string; eventIds: readonly string[] }
  | { kind: 'invocation'; invocation: Pick<Invocation, 'invokedArn' | 'event'> }
  | { kind: 'unanswered'; requestId: string }
  | { kind: 'report'; report: Report };

export interface Ready {
  endpoint: string;
  region: string;
  credentials: Readonly<Record<string, Credentials>>;
  routes: readonly DeployedRoute[];
  seed: number;
}

export interface Report {
  kept: string[];
  faults: readonly FaultCount[];
  memory: readonly MemorySample[];
  /** What an operator was shown, each text once, with numbers left out. */
  problems: readonly string[];
}

/** What the soak asks of it. */
export type ToAws = 'report';
