import { type Forwarder, limits, namesOf, queueArn, type Route, type Routes } from '@xacct/core';
import { RemovalPolicy } from 'aws-cdk-lib';
import { CfnQueue, type CfnQueuePolicy, type CfnQueueProps } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import { createQueuePolicy } from './queue-policy.ts';

export interface RouteQueuesProps {
  routes: Routes;
  route: Route;
  forwarder: Forwarder;
  /** Names of other forwarders that may still send to the queues. */
  senders: readonly string[];
}

export interface RouteQueues {
  retryQueue: CfnQueue;
  deadLetterQueue: CfnQueue;
  /** The forwarder can do nothing with the queues before these are there. */
  policies: CfnQueuePolicy[];
}

/** Makes the queue in which failed records of a route wait for another try, and the one in which they end. */
export function createRouteQueues(scope: Construct, props: RouteQueuesProps): RouteQueues {
  const { routes, route, forwarder, senders } = props;
  const { source } = routes;
  const names = namesOf(routes);
  const { retryQueue: retryName, deadLetterQueue: deadLetterName } = names.route(route.name);

  const encryption = encryptionOf(routes);
  const deadLetterQueue = createQueue(scope, 'DeadLetterQueue', {
    ...encryption,
    queueName: deadLetterName,
    redriveAllowPolicy: {
      redrivePermission: 'byQueue',
      // By name: the retry queue refers to this one, and a reference back would be a circle.
      sourceQueueArns: [queueArn(source, retryName)],
    },
  });
  // The handler sends each message again as a new one or ends it in the dead-letter queue, by the route's `retryForSeconds`. What counts as
  // a receive besides are invocations that died or were throttled, so SQS's own count is set to the most that it takes.
  const retryQueue = createQueue(scope, 'RetryQueue', {
    ...encryption,
    queueName: retryName,
    visibilityTimeout: VISIBILITY_TIMEOUTS * forwarder.timeoutSeconds,
    redrivePolicy: { deadLetterTargetArn: deadLetterQueue.attrArn, maxReceiveCount: limits.sqs.receiveCount },
  });

  const principals = [...new Set([forwarder.name, ...senders])].map(
    (sender) => names.forwarder(sender).executionRoleArn,
  );
  return {
    retryQueue,
    deadLetterQueue,
    policies: [
      createQueuePolicy(scope, 'RetryQueuePolicy', {
        queue: retryQueue,
        principals,
        sid: 'ParkRecords',
        actions: ['sqs:SendMessage'],
      }),
      createQueuePolicy(scope, 'DeadLetterQueuePolicy', {
        queue: deadLetterQueue,
        principals,
        sid: 'KeepDeadLetters',
        actions: ['sqs:SendMessage'],
      }),
    ],
  };
}

/**
 * AWS's advice for the visibility timeout, in timeouts of the function: room for a function that is throttled meanwhile.
 * The longest timeout of 900 s makes 5,400 s of the 43,200 s that SQS allows.
 * https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html
 */
export const VISIBILITY_TIMEOUTS = 6;

/** Encryption by the file's key, or else by those of SQS. */
function encryptionOf({
  encryptionKeyArn,
}: Routes): Pick<CfnQueueProps, 'kmsMasterKeyId' | 'sqsManagedSseEnabled'> {
  return encryptionKeyArn === undefined
    ? { sqsManagedSseEnabled: true }
    : { kmsMasterKeyId: encryptionKeyArn };
}

/**
 * Records outlive the stack: a queue is kept where it would be deleted or replaced. Only a deployment that fails takes
 * along what it made, or the next attempt would find the name taken.
 */
function createQueue(scope: Construct, id: string, props: CfnQueueProps): CfnQueue {
  const queue = new CfnQueue(scope, id, {
    ...props,
    messageRetentionPeriod: limits.sqs.retentionSeconds,
  });
  queue.applyRemovalPolicy(RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE);
  return queue;
}
