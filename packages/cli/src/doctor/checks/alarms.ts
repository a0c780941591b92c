import { DescribeAlarmsCommand, type MetricAlarm } from '@aws-sdk/client-cloudwatch';
import { namesOf } from '@xacct/core';
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
    const raised: MetricAlarm[] = [];
    let NextToken: string | undefined;
    do {
      const page = await clients.cloudWatch.send(
        new DescribeAlarmsCommand({
          StateValue: 'ALARM',
          AlarmNamePrefix: `${name}-`,
          AlarmTypes: ['MetricAlarm'],
          NextToken,
        }),
      );
      raised.push(...(page.MetricAlarms ?? []));
      NextToken = page.NextToken;
    } while (NextToken !== undefined);
    return raised.flatMap((alarm) => {
      const owner = ownerOf(alarm.AlarmName ?? '');
      return owner === undefined ? [] : [describe(alarm, owner)];
    });
  });

  function ownerOf(alarm: string): Owner | undefined {
    const names = namesOf(routes);
    for (const route of chosen) {
      const watched = endOf(alarm, names.route(route.name).alarm(''));
      if (watched !== undefined && watched in OF_ROUTE)
        return { watched, routes: [route.name], of: route.name, fix: OF_ROUTE[watched] };
    }
    for (const forwarder of new Set(chosen.map((route) => route.forwarder))) {
      const watched = endOf(alarm, names.forwarder(forwarder).alarm(''));
      if (watched !== undefined && watched in OF_FORWARDER)
        return {
          watched,
          routes: routesOf({ chosen }, forwarder),
          of: names.forwarder(forwarder).logGroup,
          fix: OF_FORWARDER[watched],
        };
    }
    return undefined;
  }

  function describe(alarm: MetricAlarm, { watched, routes: concerned, of, fix = '' }: Owner): Finding {
    const { AlarmName = '', StateReason = '', StateUpdatedTimestamp: at, AlarmDescription = '' } = alarm;
    const since = at === undefined ? '' : ` for ${renderAge(Date.now() - at.getTime())}`;
    return {
      // One that reminds of what somebody wanted.
      severity: watched === 'paused' ? 'warning' : 'error',
      check: 'alarm',
      where: `alarm ${AlarmName}`,
      found: `in ALARM${since}: ${AlarmDescription.replace(`${name}: `, '') || StateReason}`,
      expected: 'OK',
      fix: fix.replaceAll('%', of).concat(watched in OF_FORWARDER ? ` --region ${source.region}` : ''),
      routes: concerned,
    };
  }
}

interface Owner {
  /** What the alarm looks at. */
  watched: string;
  routes: string[];
  /** The route's name, or the log group of the forwarder. */
  of: string;
  fix: string | undefined;
}

function endOf(alarm: string, start: string): string | undefined {
  return alarm.startsWith(start) ? alarm.slice(start.length) : undefined;
}

/** The command that goes on from an alarm of a route; `%` is the route. */
const OF_ROUTE: Readonly<Record<string, string>> = {
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
const OF_FORWARDER: Readonly<Record<string, string>> = {
  errors: 'aws logs tail % --since 1h',
  throttles: 'aws lambda get-account-settings',
  'stale-route': 'aws logs tail % --since 1h',
  'failure-bucket': 'aws logs tail % --since 1h',
  'destination-failures': 'aws logs tail % --since 1h',
  'iterator-age': 'aws logs tail % --since 1h',
};
