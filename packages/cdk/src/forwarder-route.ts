import type { IAlarm, Metric, MetricOptions } from 'aws-cdk-lib/aws-cloudwatch';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import type { IConstruct } from 'constructs';

/** A route of a forwarder: the resources that it has in the account of the streams. */
export interface ForwarderRoute extends IConstruct {
  /** The name of the route. */
  readonly routeName: string;
  /** Where records wait that a target did not accept. */
  readonly retryQueue: IQueue;
  /** Where records end that no retry brought to their target. */
  readonly deadLetterQueue: IQueue;
  /** The alarms of the route. */
  readonly alarms: IAlarm[];
  /** The IDs of the accounts in which the route needs a role that `addToTargets` makes. */
  readonly targetAccounts: string[];
  /**
   * A metric that the forwarder counts for the route, all targets together: RecordsIn, Delivered, Filtered, Parked, Failed
   * or InvokeLatency.
   *
   * @default - sum over 5 minutes
   */
  metric(metricName: string, props?: MetricOptions): Metric;
  /**
   * Records that the targets have accepted.
   *
   * @default - sum over 5 minutes
   */
  metricDelivered(props?: MetricOptions): Metric;
  /**
   * Records that are kept for another try, or for good.
   *
   * @default - sum over 5 minutes
   */
  metricParked(props?: MetricOptions): Metric;
  /**
   * Records that have to be read from the stream again.
   *
   * @default - sum over 5 minutes
   */
  metricFailed(props?: MetricOptions): Metric;
}
