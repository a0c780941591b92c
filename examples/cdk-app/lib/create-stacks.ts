import { Forwarder, Invocation, OnFailure, Routes } from '@xacct/cdk';
import { type App, CfnOutput, Stack } from 'aws-cdk-lib';
import { AttributeType, StreamViewType, Table } from 'aws-cdk-lib/aws-dynamodb';
import { Stream } from 'aws-cdk-lib/aws-kinesis';
import { Topic } from 'aws-cdk-lib/aws-sns';

/**
 * A stack with streams and their forwarder, and a stack in each target account with the roles that the forwarder assumes. The
 * stacks are deployed in that order: first those of the targets.
 */
export function createStacks(app: App): { streams: Stack; forwarder: Forwarder } {
  const routes = Routes.fromFile('routes.yaml');
  const streams = new Stack(app, 'Streams', { env: routes.env });
  const onCall = new Topic(streams, 'OnCall');

  const forwarder = new Forwarder(streams, 'Forwarder', { routes, alarmTopics: [onCall] });
  forwarder.addRoute('orders', {
    stream: new Stream(streams, 'Orders'),
    targets: [
      {
        account: '333333333333',
        function: 'book-orders:live',
        invocation: Invocation.REQUEST_RESPONSE,
        onFailure: OnFailure.BLOCK,
      },
    ],
  });
  forwarder.addRoute('customers', {
    stream: new Table(streams, 'Customers', {
      partitionKey: { name: 'id', type: AttributeType.STRING },
      stream: StreamViewType.NEW_AND_OLD_IMAGES,
    }),
    filters: [{ eventName: ['INSERT'] }],
    targets: [{ account: 'analytics', function: 'greet-customers', hasFailureDestination: true }],
  });

  forwarder.addToTargets((account) => {
    return new Stack(app, `Target-${account}`, { env: { account, region: routes.env.region } });
  });
  new CfnOutput(streams, 'ForwarderArn', { value: forwarder.function.functionArn });
  return { streams, forwarder };
}
