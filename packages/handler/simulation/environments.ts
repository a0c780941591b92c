import type { BatchHandler } from '../src/handle-event.ts';
import { createEnvironmentClock, type EnvironmentClock } from './environment-clock.ts';
import type { TargetLedger, Via } from './ledger.ts';
import { type ForwarderPlan, HOUR } from './plan.ts';
import type { Random } from './random.ts';
import type { VirtualTime } from './virtual-time.ts';

/** The execution environments of the forwarder. */
export interface Environments {
  /** Calls `done` once; not before it returns. */
  invoke(request: InvocationRequest, done: (outcome: Outcome) => void): void;
  /** All are replaced: the idle ones at once, the others after their invocation. */
  deploy(): void;
  /** Ends one at random, with what runs in it. */
  killOne(): void;
  running(): number;
  stats: EnvironmentStats;
}

export interface EnvironmentStats {
  invocations: number;
  started: number;
  throttled: number;
  failed: number;
  timedOut: number;
  killed: number;
  mostRunning: number;
}

export interface InvocationRequest extends Via {
  event: object;
  /** How often the forwarder is in the chain of what led to this invocation, with it. */
  lineage: number;
}

export type Outcome =
  | { status: 'done'; response: unknown }
  | { status: 'throttled' }
  | { status: 'failed'; reason: string };

/** What the services of an environment know of it. */
export interface ExecutionEnvironment extends EnvironmentClock {
  name: string;
  /** The last one, while it is frozen. */
  invocation: Invocation | undefined;
  isRunning(): boolean;
}

export interface Invocation extends InvocationRequest {
  id: string;
  /** What targets executed for it. */
  executed: { ledger: TargetLedger; ordinals: readonly number[] }[];
}

interface Slot extends ExecutionEnvironment {
  handler: BatchHandler;
  diesAt: number;
  idleUntil: number;
  /** Ends the invocation that runs. */
  end: ((outcome: Outcome) => void) | undefined;
}

const IDLE_MS = { least: 300_000, most: 900_000 };
const COLD_START_MS = { median: 450, sigma: 0.3 };

export function createEnvironments(options: {
  plan: ForwarderPlan;
  time: VirtualTime;
  random: Random;
  clockSkewMs: number;
  /** Loads the handler in a new environment. */
  load: (environment: ExecutionEnvironment) => BatchHandler;
}): Environments {
  const { plan, time, random, clockSkewMs, load } = options;
  const timeoutMs = plan.timeoutSeconds * 1000;
  /** The most recently used last. */
  const idle: Slot[] = [];
  const running = new Set<Slot>();
  const stats: EnvironmentStats = {
    invocations: 0,
    started: 0,
    throttled: 0,
    failed: 0,
    timedOut: 0,
    killed: 0,
    mostRunning: 0,
  };

  const start = (): Slot => {
    const name = `environment-${stats.started++}`;
    const skewMs = clockSkewMs === 0 ? 0 : Math.round(random.between(-clockSkewMs, clockSkewMs));
    const slot: Slot = {
      ...createEnvironmentClock(time, skewMs),
      name,
      invocation: undefined,
      isRunning: () => running.has(slot),
      handler: () => Promise.reject(new Error('The handler is not loaded')),
      diesAt: time.now() + random.exponential(plan.lifeHours) * HOUR,
      idleUntil: 0,
      end: undefined,
    };
    slot.handler = load(slot);
    return slot;
  };

  const warm = (): Slot | undefined => {
    for (let slot = idle.pop(); slot !== undefined; slot = idle.pop()) {
      if (time.now() < slot.diesAt && time.now() < slot.idleUntil) return slot;
      slot.kill();
    }
    return undefined;
  };

  const run = (slot: Slot, request: InvocationRequest, done: (outcome: Outcome) => void) => {
    const id = `request-${stats.invocations++}`;
    const endsAt = time.now() + timeoutMs;
    slot.invocation = { ...request, id, executed: [] };
    const { executed } = slot.invocation;
    const cancelTimeout = time.at(endsAt, () => {
      stats.timedOut += 1;
      slot.diesAt = 0;
      slot.kill();
      slot.end?.({ status: 'failed', reason: `Task timed out after ${plan.timeoutSeconds} seconds` });
    });
    slot.end = (outcome) => {
      slot.end = undefined;
      cancelTimeout();
      running.delete(slot);
      slot.freeze();
      if (outcome.status === 'failed') {
        stats.failed += 1;
        for (const { ledger, ordinals } of executed) ledger.annotate(ordinals, 'invocation lost');
      }
      slot.idleUntil = time.now() + random.between(IDLE_MS.least, IDLE_MS.most);
      idle.push(slot);
      time.after(0, () => done(outcome));
    };
    const mine = slot.end;
    const finish = (outcome: Outcome) => {
      if (slot.end === mine) mine(outcome);
    };
    slot.thaw();
    const context = {
      awsRequestId: id,
      getRemainingTimeInMillis: () => Math.max(0, endsAt - time.now()),
    };
    slot.handler(request.event, context).then(
      (response) => finish({ status: 'done', response }),
      (error: unknown) => finish({ status: 'failed', reason: String(error) }),
    );
  };

  const end = (slot: Slot) => {
    stats.killed += 1;
    slot.kill();
    slot.diesAt = 0;
    slot.end?.({ status: 'failed', reason: 'The execution environment ended' });
  };

  return {
    invoke(request, done) {
      const isFull = running.size >= plan.concurrency;
      const slot = isFull ? undefined : warm();
      if (slot === undefined && (isFull || running.size >= (plan.environments ?? plan.concurrency))) {
        stats.throttled += 1;
        time.after(0, () => done({ status: 'throttled' }));
        return;
      }
      const taken = slot ?? start();
      running.add(taken);
      stats.mostRunning = Math.max(stats.mostRunning, running.size);
      const initMs = slot === undefined ? random.logNormal(COLD_START_MS.median, COLD_START_MS.sigma) : 0;
      time.after(initMs, () => run(taken, request, done));
    },
    deploy() {
      for (const slot of idle.splice(0)) slot.kill();
      for (const slot of running) slot.diesAt = 0;
    },
    killOne() {
      const slots = [...running, ...idle];
      const slot = slots[Math.floor(random.next() * slots.length)];
      if (slot === undefined) return;
      if (running.has(slot) && slot.end === undefined) return;
      const place = idle.indexOf(slot);
      if (place >= 0) idle.splice(place, 1);
      end(slot);
    },
    running: () => running.size,
    stats,
  };
}
