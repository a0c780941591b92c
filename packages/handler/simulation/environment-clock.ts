import type { Clock } from '../src/invocation/clock.ts';
import type { VirtualTime } from './virtual-time.ts';

/** The clock of one execution environment, which stands still for what runs in it while it is frozen. */
export interface EnvironmentClock {
  clock: Clock;
  /** Runs what comes from outside, e.g. an answer: at once, when the environment is thawed, or never if it is gone. */
  enter(run: () => void): void;
  thaw(): void;
  freeze(): void;
  kill(): void;
}

/**
 * Time goes on while an environment is frozen, and its timers do not fire: those that are overdue fire when it is thawed,
 * the earliest first.
 *
 * @param skewMs by which its clock is fast
 */
export function createEnvironmentClock(time: VirtualTime, skewMs = 0): EnvironmentClock {
  let state: 'frozen' | 'running' | 'gone' = 'frozen';
  let overdue: (() => void)[] = [];

  const enter = (run: () => void) => {
    if (state === 'running') run();
    else if (state === 'frozen') overdue.push(run);
  };

  return {
    clock: {
      now: () => time.now() + skewMs,
      after(ms, callback) {
        let isCancelled = false;
        const cancel = time.after(ms, () => enter(() => isCancelled || callback()));
        return () => {
          isCancelled = true;
          cancel();
        };
      },
    },
    enter,
    thaw() {
      state = 'running';
      const due = overdue;
      overdue = [];
      // Each in an event of its own, after which promise jobs run.
      for (const run of due) time.after(0, () => enter(run));
    },
    freeze() {
      if (state === 'running') state = 'frozen';
    },
    kill() {
      state = 'gone';
      overdue = [];
    },
  };
}
