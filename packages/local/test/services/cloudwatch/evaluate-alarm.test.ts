import { describe, expect, test } from 'vitest';
import type { DeployedAlarm } from '../../../src/assembly/deployed-alarm.ts';
import { type AlarmState, evaluateAlarm } from '../../../src/services/cloudwatch/evaluate-alarm.ts';
import { createMetrics } from '../../../src/services/cloudwatch/metrics.ts';
import { deployedAlarm, instantClock, NOON_MS, REGION, SOURCE } from '../../factories.ts';

const PLACE = { account: SOURCE, region: REGION };
const metric = { namespace: 'xacct', name: 'Delivered', dimensions: { Forwarder: 'f', Route: 'orders' } };

/** The state at noon: one character a minute before, `X` breaching, `0` not, `-` without data. */
function stateAfter(points: string, part: Partial<DeployedAlarm>, before: AlarmState = 'OK'): AlarmState {
  const metrics = createMetrics(instantClock());
  for (const [index, point] of [...points.replaceAll(' ', '')].reverse().entries()) {
    const at = NOON_MS - (index + 1) * 60_000;
    if (point !== '-') metrics.put(PLACE, metric, [point === 'X' ? 1 : 0], { at });
  }
  return evaluateAlarm(deployedAlarm(part), metrics, NOON_MS, before).state;
}

describe('evaluateAlarm', () => {
  // The tables of https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarms-and-missing-data.html, three of three
  // and two of three. `before` is a state that "ignore" alone keeps.
  test.each<[string, number, Record<DeployedAlarm['treatMissingData'], AlarmState | 'before'>]>([
    ['0 - X - X', 3, { missing: 'OK', ignore: 'OK', breaching: 'OK', notBreaching: 'OK' }],
    ['- - - - 0', 3, { missing: 'OK', ignore: 'OK', breaching: 'OK', notBreaching: 'OK' }],
    [
      '- - - - -',
      3,
      { missing: 'INSUFFICIENT_DATA', ignore: 'before', breaching: 'ALARM', notBreaching: 'OK' },
    ],
    ['0 X X - X', 3, { missing: 'ALARM', ignore: 'ALARM', breaching: 'ALARM', notBreaching: 'ALARM' }],
    ['- - X - -', 3, { missing: 'ALARM', ignore: 'before', breaching: 'ALARM', notBreaching: 'OK' }],
    ['0 - X - X', 2, { missing: 'ALARM', ignore: 'ALARM', breaching: 'ALARM', notBreaching: 'ALARM' }],
    ['0 0 X 0 X', 2, { missing: 'ALARM', ignore: 'ALARM', breaching: 'ALARM', notBreaching: 'ALARM' }],
    ['0 - X - -', 2, { missing: 'OK', ignore: 'OK', breaching: 'ALARM', notBreaching: 'OK' }],
    ['- - - - 0', 2, { missing: 'OK', ignore: 'OK', breaching: 'ALARM', notBreaching: 'OK' }],
    ['- - - X -', 2, { missing: 'ALARM', ignore: 'before', breaching: 'ALARM', notBreaching: 'OK' }],
  ])('finds the states of %s where %d of 3 raise the alarm', (points, datapointsToAlarm, states) => {
    for (const [treatMissingData, state] of Object.entries(states)) {
      const part = { evaluationPeriods: 3, datapointsToAlarm, treatMissingData } as Partial<DeployedAlarm>;
      for (const before of ['OK', 'ALARM'] as const)
        expect([treatMissingData, stateAfter(points, part, before)]).toEqual([
          treatMissingData,
          state === 'before' ? before : state,
        ]);
    }
  });

  test.each<[DeployedAlarm['comparison'], AlarmState[]]>([
    ['GreaterThanThreshold', ['OK', 'OK', 'ALARM']],
    ['GreaterThanOrEqualToThreshold', ['OK', 'ALARM', 'ALARM']],
    ['LessThanThreshold', ['ALARM', 'OK', 'OK']],
    ['LessThanOrEqualToThreshold', ['ALARM', 'ALARM', 'OK']],
  ])('compares a value below, at and above the threshold: %s', (comparison, states) => {
    const stateOf = (value: number) => {
      const metrics = createMetrics(instantClock());
      metrics.put(PLACE, metric, [value], { at: NOON_MS - 1 });
      return evaluateAlarm(deployedAlarm({ comparison, threshold: 2 }), metrics, NOON_MS, 'OK').state;
    };
    expect([1, 2, 3].map(stateOf)).toEqual(states);
  });

  test('looks at complete minutes, in periods that end with the last of them', () => {
    const metrics = createMetrics(instantClock());
    metrics.put(PLACE, metric, [3], { at: NOON_MS - 1 });
    metrics.put(PLACE, metric, [100], { at: NOON_MS });
    const alarm = deployedAlarm({ periodSeconds: 300, threshold: 3 });
    const stateAt = (seconds: number) => evaluateAlarm(alarm, metrics, NOON_MS + seconds * 1000, 'OK').state;
    expect(stateAt(59)).toBe('OK');
    expect(stateAt(60)).toBe('ALARM');
  });

  test('says which values breach', () => {
    const metrics = createMetrics(instantClock());
    metrics.put(PLACE, metric, [7, 5], { at: NOON_MS - 1 });
    expect(evaluateAlarm(deployedAlarm(), metrics, NOON_MS, 'OK').reason).toBe(
      'Threshold Crossed: 1 out of the last 1 datapoints [12] GreaterThanThreshold (0).',
    );
  });
});
