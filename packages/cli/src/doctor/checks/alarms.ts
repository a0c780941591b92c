import type { MetricAlarm } from '@aws-sdk/client-cloudwatch';
import { namesOf } from '@xacct/core';
import {
  type AlarmOwner,
  alarmOwner,
  type ForwarderAlarm,
  type RouteAlarm,
} from '../../alarms/alarm-owner.ts';
import { readRaisedAlarms } from '../../alarms/raised-alarms.ts';
import { renderAge } from '../../terminal/age.ts';
import { type Examined, routesOf } from '../examined.ts';
import type { Finding } from '../finding.ts';
import { guard } from '../guard.ts';

/** Reports the alarms of the chosen routes, and of their forwarders, that are in ALARM. */
export async function checkAlarms({
  routes,
  chosen,
  clients,
}: Pick<Examined, 'routes' | 'chosen' | 'clients'>): Promise<Finding[]> {
  const { name, source } = routes;
  const attempt = {
    where: `alarms of account ${source.account}, ${source.region}`,
    what: 'their state',
    action: 'cloudwatch:DescribeAlarms',
    account: source.account,
    routes: [],
  };
  return guard(attempt, async () => {
    const raised = await readRaisedAlarms(clients.cloudWatch, routes);
    return raised.flatMap((alarm) => {
      const owner = alarmOwner(alarm.AlarmName ?? '', routes, chosen);
      return owner === undefined ? [] : [describe(alarm, owner)];
    });
  });

  function describe(alarm: MetricAlarm, owner: AlarmOwner): Finding {
    const { watched } = owner;
    const { AlarmName = '', StateReason = '', StateUpdatedTimestamp: at, AlarmDescription = '' } = alarm;
    const since = at === undefined ? '' : ` for ${renderAge(Date.now() - at.getTime())}`;
    return {
      // One that reminds of what somebody wanted.
      severity: watched === 'paused' ? 'warning' : 'error',
      check: 'alarm',
      where: `alarm ${AlarmName}`,
      found: `in ALARM${since}: ${AlarmDescription.replace(`${name}: `, '') || StateReason}`,
      expected: 'OK',
      ...fixOf(owner),
    };
  }

  function fixOf(owner: AlarmOwner): Pick<Finding, 'fix' | 'routes'> {
    if (owner.kind === 'route')
      return { fix: OF_ROUTE[owner.watched].replaceAll('%', owner.name), routes: [owner.name] };
    const { logGroup } = namesOf(routes).forwarder(owner.name);
    return {
      fix: `${OF_FORWARDER[owner.watched].replaceAll('%', logGroup)} --region ${source.region}`,
      routes: routesOf({ chosen }, owner.name),
    };
  }
}

/** The command that goes on from an alarm of a route; `%` is the route. */
const OF_ROUTE: Readonly<Record<RouteAlarm, string>> = {
  'iterator-age':
    'xacct parked % --sample 100 shows what holds it up; docs/operating.md, "When an alarm is raised"',
  'dead-letters': 'xacct parked % shows for whom and why; then xacct redrive %',
  parked: 'xacct parked % --sample 100',
  failed: 'xacct parked % --sample 100; the log lines "A target did not take records" say why',
  'given-up': 'xacct redrive % --from-bucket',
  dropped: 'read the records from the stream while it has them; docs/operating.md, "When an alarm is raised"',
  paused: 'xacct resume % TARGET',
  'not-reading': 'xacct doctor % names what its mapping lacks',
  'late-retries': 'raise "retryConcurrency" in the routes file; then xacct deploy %',
};

/** The same for a forwarder; `%` is its log group. The region follows. */
const OF_FORWARDER: Readonly<Record<ForwarderAlarm, string>> = {
  errors: 'aws logs tail % --since 1h',
  throttles: 'aws lambda get-account-settings',
  'stale-route': 'aws logs tail % --since 1h',
  'failure-bucket': 'aws logs tail % --since 1h',
  'destination-failures': 'aws logs tail % --since 1h',
  'iterator-age': 'aws logs tail % --since 1h',
};
