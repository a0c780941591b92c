import type { DeployedAlarm } from '../../assembly/deployed-alarm.ts';
import { type Metrics, MINUTE_MS } from './metrics.ts';
import { answerQueries } from './queries.ts';

export type AlarmState = 'ALARM' | 'INSUFFICIENT_DATA' | 'OK';

export interface Evaluation {
  state: AlarmState;
  reason: string;
}

/** Periods before those that count, whose points are taken in place of missing ones: AWS takes some, and does not say how many. */
const EARLIER_PERIODS = 2;

const comparisons = {
  GreaterThanOrEqualToThreshold: (value: number, threshold: number) => value >= threshold,
  GreaterThanThreshold: (value: number, threshold: number) => value > threshold,
  LessThanOrEqualToThreshold: (value: number, threshold: number) => value <= threshold,
  LessThanThreshold: (value: number, threshold: number) => value < threshold,
} as const satisfies Record<DeployedAlarm['comparison'], unknown>;

/**
 * The state of an alarm by the complete minutes until now. The window of its periods moves on with every minute. Only what
 * is still missing after a look at some earlier periods is treated as the alarm says.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarm-evaluation-window.html
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarms-and-missing-data.html
 *
 * @param before the state that `ignore` keeps
 */
export function evaluateAlarm(
  alarm: DeployedAlarm,
  metrics: Metrics,
  nowMs: number,
  before: AlarmState,
): Evaluation {
  const { evaluationPeriods, datapointsToAlarm, periodSeconds, treatMissingData, threshold, comparison } =
    alarm;
  const periodMs = periodSeconds * 1000;
  const to = Math.floor(nowMs / MINUTE_MS) * MINUTE_MS;
  const from = to - (evaluationPeriods + EARLIER_PERIODS) * periodMs;
  const [result] = answerQueries(alarm.queries, metrics, alarm, () => ({ from, to, periodMs }));
  const points = [...(result?.lines[0]?.points ?? [])].slice(-evaluationPeriods);
  const breaching = points.filter(([, value]) => comparisons[comparison](value, threshold));
  const missing = evaluationPeriods - points.length;

  const counted = breaching.length + (treatMissingData === 'breaching' ? missing : 0);
  const values = breaching.map(([, value]) => value).join(', ');
  const found = `${counted} out of the last ${evaluationPeriods} datapoints [${values}] ${comparison} (${threshold})`;
  const raised: Evaluation = { state: 'ALARM', reason: `Threshold Crossed: ${found}.` };
  const calm: Evaluation = {
    state: 'OK',
    reason: `Threshold not crossed: ${found}; ${datapointsToAlarm} raise the alarm.`,
  };
  if (counted >= datapointsToAlarm) return raised;
  if (missing === 0 || treatMissingData === 'breaching' || treatMissingData === 'notBreaching') return calm;
  if (points.length > breaching.length) return calm;
  if (treatMissingData === 'ignore')
    return { state: before, reason: 'Too few datapoints were received: the state is kept.' };
  // What breaches for as long as raises the alarm, and was not seen to end.
  const oldestMs = breaching[0]?.[0] ?? to;
  if ((to - oldestMs) / periodMs >= datapointsToAlarm) return raised;
  return {
    state: 'INSUFFICIENT_DATA',
    reason: `Insufficient Data: ${missing} datapoints were unknown.`,
  };
}
