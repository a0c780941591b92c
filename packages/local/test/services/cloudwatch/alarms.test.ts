import { describe, expect, test } from 'vitest';
import { type Alarm, createAlarms } from '../../../src/services/cloudwatch/alarms.ts';
import { createMetrics } from '../../../src/services/cloudwatch/metrics.ts';
import { deployedAlarm, NOON_MS, REGION, SOURCE, steppedClock } from '../../factories.ts';

const metric = { namespace: 'xacct', name: 'Delivered', dimensions: { Forwarder: 'f', Route: 'orders' } };

function watch() {
  const clock = steppedClock();
  const metrics = createMetrics(clock);
  const changes: string[] = [];
  const alarms = createAlarms(metrics, clock, ({ deployed, state }: Alarm) =>
    changes.push(`${deployed.name} ${state}`),
  );
  const put = (value: number) =>
    metrics.put({ account: SOURCE, region: REGION }, metric, [value], { at: clock.now() - 1 });
  return { clock, alarms, put, changes };
}

describe('createAlarms', () => {
  test('begins without a state, and reports each change of it once', () => {
    const { clock, alarms, put, changes } = watch();
    alarms.deploy([deployedAlarm({ name: 'a' }), deployedAlarm({ name: 'b', threshold: 5 })]);
    expect(alarms.all().map(({ state }) => state)).toEqual(['INSUFFICIENT_DATA', 'INSUFFICIENT_DATA']);
    put(1);
    alarms.evaluate();
    alarms.evaluate();
    expect(changes).toEqual(['a ALARM', 'b OK']);
    for (const expected of ['a ALARM', 'a ALARM', 'a OK']) {
      clock.advance(60_000);
      alarms.evaluate();
      expect(`a ${alarms.all()[0]?.state}`).toBe(expected);
    }
    expect(changes).toEqual(['a ALARM', 'b OK', 'a OK']);
    expect(alarms.all()[0]?.since).toBe(NOON_MS + 180_000);
  });

  test('keeps the state of an alarm that is deployed again as it was', () => {
    const { alarms, put } = watch();
    alarms.deploy([deployedAlarm({ name: 'a' }), deployedAlarm({ name: 'b' }), deployedAlarm({ name: 'c' })]);
    put(1);
    alarms.evaluate();
    alarms.deploy([deployedAlarm({ name: 'a' }), deployedAlarm({ name: 'b', threshold: 1 })]);
    expect(alarms.all().map(({ deployed, state }) => [deployed.name, state])).toEqual([
      ['a', 'ALARM'],
      ['b', 'INSUFFICIENT_DATA'],
    ]);
  });
});
