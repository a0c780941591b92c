import type { ChildProcess } from 'node:child_process';
import type { Faults } from './faults/faults.ts';
import type { LocalAwsEvents } from './local-aws.ts';
import type { FindModule } from './services/lambda/target-modules.ts';
import type { Clock } from './shared/clock.ts';

/** What all parts of one local AWS share. */
export interface Surroundings {
  clock: Clock;
  /** Temporary folder, for objects and sockets. */
  folder: string;
  /** Folder for what recorders write. */
  deliveries: string;
  /** Finds modules of functions that no template deploys; undefined to record all. */
  findModule: FindModule | undefined;
  /** Shards of each stream. */
  shards: number;
  /** Maximum number of messages of one queue in flight. Default: AWS's own. */
  messagesInFlight: number | undefined;
  faults: Faults | undefined;
  events: Required<LocalAwsEvents>;
  /** Called with each process, to end it if this one is killed. */
  guard: (child: ChildProcess) => void;
  /** What is to be undone at the end, the last first. */
  cleanUps: AsyncDisposableStack;
}
