import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { Stream } from 'aws-cdk-lib/aws-kinesis';
import { describe, expect, test } from 'vitest';
import { forwarderIn, READER, SOURCE, sourceStack } from './factories.ts';

function idsOf(stack: Stack): string[] {
  return Object.keys(Template.fromStack(stack).toJSON().Resources).sort();
}

/**
 * CloudFormation makes a resource anew when its logical ID changes, and all resources have names of their own, which are taken
 * then: the deployment would fail. So these IDs stay what they are, whatever becomes of the code.
 */
describe('logical IDs', () => {
  test('stay the same', () => {
    const app = new App();
    const stack = sourceStack(SOURCE, app);
    const target = new Stack(app, 'Target', { env: { account: '222222222222' } });
    const forwarder = forwarderIn({}, stack);
    const orders = Stream.fromStreamArn(
      stack,
      'Orders',
      'arn:aws:kinesis:us-west-2:111111111111:stream/orders',
    );
    forwarder.addRoute('orders', { stream: orders, targets: [READER], enhancedFanOut: true });
    forwarder.addToTargets(() => target);
    expect(idsOf(stack)).toMatchInlineSnapshot(`
      [
        "ForwarderDashboardFF7F3418",
        "ForwarderDestinationFailuresAlarm390C87B6",
        "ForwarderErrorsAlarm9CC1FD39",
        "ForwarderExecutionPolicyFA726BA4",
        "ForwarderExecutionRole21B19DFA",
        "ForwarderFailureBucketAlarm746F6484",
        "ForwarderFailureBucketB1CF4085",
        "ForwarderFailureBucketPolicyA7F2B7E5",
        "ForwarderFunctionB3355642",
        "ForwarderLogGroup91AB72B6",
        "ForwarderRoutesordersConsumer9B9330A5",
        "ForwarderRoutesordersDeadLetterQueueDA886A5F",
        "ForwarderRoutesordersDeadLetterQueuePolicy55555B26",
        "ForwarderRoutesordersDeadLettersAlarm6631D816",
        "ForwarderRoutesordersDroppedAlarm9F71059B",
        "ForwarderRoutesordersFailedAlarm6E9081BA",
        "ForwarderRoutesordersGivenUpAlarmB4DBA1E6",
        "ForwarderRoutesordersIteratorAgeAlarmA71AE972",
        "ForwarderRoutesordersMappingCAA8FB53",
        "ForwarderRoutesordersParkedAlarm62BBBC52",
        "ForwarderRoutesordersRetryMappingA8C6A927",
        "ForwarderRoutesordersRetryQueue854E9C4E",
        "ForwarderRoutesordersRetryQueuePolicy998131AF",
        "ForwarderRoutesordersRoute6389D5CB",
        "ForwarderStaleRouteAlarm08E17B7F",
        "ForwarderThrottlesAlarm8BA465D1",
      ]
    `);
    expect(idsOf(target)).toMatchInlineSnapshot(`
      [
        "xaccttarget222222222222ordersRoleFC7A1BE1",
      ]
    `);
  });

  test('of a route in another scope stay the same', () => {
    const app = new App();
    const far = new Stack(app, 'Far', { env: SOURCE });
    const forwarder = forwarderIn({ routeScope: () => far }, sourceStack(SOURCE, app));
    const orders = Stream.fromStreamArn(
      far,
      'Orders',
      'arn:aws:kinesis:us-west-2:111111111111:stream/orders',
    );
    forwarder.addRoute('orders', { stream: orders, targets: [READER] });
    expect(idsOf(far)).toMatchInlineSnapshot(`
      [
        "xacctrouteordersDeadLetterQueue49E2693B",
        "xacctrouteordersDeadLetterQueuePolicyDCFD20DB",
        "xacctrouteordersDeadLettersAlarm9F25BB25",
        "xacctrouteordersDroppedAlarm9E6EB53B",
        "xacctrouteordersFailedAlarm031245FE",
        "xacctrouteordersGivenUpAlarmE194B1AE",
        "xacctrouteordersIteratorAgeAlarm1C0E8238",
        "xacctrouteordersMapping670597D3",
        "xacctrouteordersParkedAlarmDDD8F695",
        "xacctrouteordersRetryMapping8C7D5E70",
        "xacctrouteordersRetryQueueE103FF13",
        "xacctrouteordersRetryQueuePolicy6824C5DB",
        "xacctrouteordersRouteA6730A52",
      ]
    `);
  });
});
