import { type CloudWatchClient, DescribeAlarmsCommand, type MetricAlarm } from '@aws-sdk/client-cloudwatch';

/** Reads which alarms of a routes file are in ALARM. */
export async function readRaisedAlarms(
  cloudWatch: Pick<CloudWatchClient, 'send'>,
  { name }: { name: string },
): Promise<MetricAlarm[]> {
  const raised: MetricAlarm[] = [];
  let NextToken: string | undefined;
  do {
    const page = await cloudWatch.send(
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
  return raised;
}
