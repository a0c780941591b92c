import { describe, expect, test } from 'vitest';
import { checkAlarms } from '../../../src/doctor/checks/alarms.ts';
import { routesYaml } from '../../xacct.ts';
import { examinedOf } from '../examined.ts';

const ROUTES = routesYaml(`  - stream: orders
    targets: [{ account: analytics, function: reader }]
  - stream: orders-eu
    targets: [{ account: analytics, function: reader }]
`);

function check(...names: string[]) {
  const StateUpdatedTimestamp = new Date(Date.now() - 3 * 3_600_000 - 1_000);
  const alarms = names.map((AlarmName) => ({
    AlarmName,
    StateUpdatedTimestamp,
    AlarmDescription: 'xacct: records wait',
  }));
  const answer = ({ NextToken }: Record<string, unknown>) =>
    NextToken === undefined
      ? { MetricAlarms: alarms.slice(0, 1), NextToken: 'more' }
      : { MetricAlarms: alarms.slice(1) };
  return checkAlarms(examinedOf({ DescribeAlarmsCommand: answer }, ROUTES));
}

describe('checkAlarms', () => {
  test('names the route of each alarm, since when it is raised, and the command that goes on', async () => {
    expect(await check('xacct-route-orders-eu-parked', 'xacct-forwarder-default-errors')).toEqual([
      expect.objectContaining({
        severity: 'error',
        where: 'alarm xacct-route-orders-eu-parked',
        found: 'in ALARM for 3 h: records wait',
        fix: 'xacct parked orders-eu --sample 100',
        routes: ['orders-eu'],
      }),
      expect.objectContaining({
        fix: 'aws logs tail /aws/lambda/xacct-forwarder-default --since 1h --region us-west-2',
        routes: ['orders', 'orders-eu'],
      }),
    ]);
  });

  test('only warns of a target that has been paused for a day', async () => {
    expect(await check('xacct-route-orders-paused')).toEqual([
      expect.objectContaining({ severity: 'warning', routes: ['orders'] }),
    ]);
  });

  test('leaves out the alarms of others', async () => {
    expect(await check('xacct-of-somebody-else', 'xacct-route-invoices-parked')).toEqual([]);
  });
});
