import { isDeepStrictEqual } from 'node:util';
import type { DeployedAlarm } from '../../assembly/deployed-alarm.ts';
import type { Clock } from '../../shared/clock.ts';
import { type AlarmState, evaluateAlarm } from './evaluate-alarm.ts';
import type { Metrics } from './metrics.ts';

/** An alarm as it was evaluated last. */
export interface Alarm {
  readonly deployed: DeployedAlarm;
  readonly state: AlarmState;
  readonly reason: string;
  /** Epoch ms of the last change of the state. */
  readonly since: number;
}

/** The alarms of all accounts. */
export interface Alarms {
  /** Replaces all alarms. What is equal keeps its state. */
  deploy(deployed: readonly DeployedAlarm[]): void;
  all(): readonly Alarm[];
  /** Evaluates all alarms now, as CloudWatch does each minute. */
  evaluate(): void;
}

/** @param onChange called with an alarm that has another state than before, and the state before */
export function createAlarms(
  metrics: Metrics,
  clock: Clock,
  onChange: (alarm: Alarm, before: AlarmState) => void = () => {},
): Alarms {
  let alarms: readonly Alarm[] = [];
  return {
    deploy(deployed) {
      const start = (next: DeployedAlarm): Alarm =>
        alarms.find((alarm) => isDeepStrictEqual(alarm.deployed, next)) ?? {
          deployed: next,
          state: 'INSUFFICIENT_DATA',
          reason: 'Unchecked: Initial alarm creation',
          since: clock.now(),
        };
      alarms = deployed.map(start);
    },
    all: () => alarms,
    evaluate() {
      const now = clock.now();
      const changed: [alarm: Alarm, before: AlarmState][] = [];
      alarms = alarms.map((alarm) => {
        const { state, reason } = evaluateAlarm(alarm.deployed, metrics, now, alarm.state);
        if (state === alarm.state) return alarm;
        const next: Alarm = { ...alarm, state, reason, since: now };
        changed.push([next, alarm.state]);
        return next;
      });
      for (const change of changed) onChange(...change);
    },
  };
}
