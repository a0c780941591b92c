import type { Duration } from 'aws-cdk-lib';
import type { ISecurityGroup, IVpc, SubnetSelection } from 'aws-cdk-lib/aws-ec2';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { ICodeSigningConfig, Tracing } from 'aws-cdk-lib/aws-lambda';
import type { RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { Construct } from 'constructs';
import type { AssumeRoles, LogLevel, MetricsBy } from './choices.ts';
import type { Routes } from './routes.ts';

/** A forwarder and its routes. An option that a routes file sets cannot be set here, too. */
export interface ForwarderProps {
  /**
   * The routes of a file.
   *
   * @default - none; add routes with `addRoute`
   */
  readonly routes?: Routes;
  /**
   * Name of the forwarder. A second forwarder of the same account and region needs another one, or another `namePrefix`.
   *
   * @default - the only forwarder of the file, or 'default'
   */
  readonly forwarderName?: string;
  /**
   * The prefix of every resource name. The two sides of a route find each other by names, in any account, so the names are
   * not generated. Use a different prefix for each further source account or region.
   *
   * @default - `name` of the file, or 'xacct'
   */
  readonly namePrefix?: string;
  /**
   * Where the resources of a route are made, by the name of the route: a scope in a stack of the same account and region. A
   * stack holds at most 500 resources, which is about 30 routes.
   *
   * @default - in the stack of the forwarder
   */
  readonly routeScope?: (routeName: string) => Construct;
  /**
   * The memory of the function, in MB. 128–10240.
   *
   * @default 512
   */
  readonly memorySize?: number;
  /**
   * The timeout of the function: the maximum time for one batch. 10–900 seconds.
   *
   * @default Duration.seconds(60)
   */
  readonly timeout?: Duration;
  /**
   * Concurrent invocations of the account that are reserved for this function. 1–900.
   *
   * @default - none reserved
   */
  readonly reservedConcurrentExecutions?: number;
  /**
   * Whether AWS X-Ray traces invocations.
   *
   * @default Tracing.DISABLED
   */
  readonly tracing?: Tracing;
  /**
   * Which roles the forwarder may assume.
   *
   * @default AssumeRoles.LISTED
   */
  readonly assumeRoles?: AssumeRoles;
  /**
   * What the metrics count.
   *
   * @default MetricsBy.TARGET
   */
  readonly metricsBy?: MetricsBy;
  /**
   * The lowest severity of log lines that are written.
   *
   * @default LogLevel.INFO
   */
  readonly logLevel?: LogLevel;
  /**
   * How long CloudWatch Logs keeps the log lines.
   *
   * @default RetentionDays.ONE_MONTH
   */
  readonly logRetention?: RetentionDays;
  /**
   * The VPC of the function.
   *
   * @default - the function runs in a network of AWS
   */
  readonly vpc?: IVpc;
  /**
   * The subnets in which the function has its network interfaces. Only with `vpc`.
   *
   * @default - the private subnets of the VPC
   */
  readonly vpcSubnets?: SubnetSelection;
  /**
   * The security groups of these interfaces. Only with `vpc`.
   *
   * @default - a new one, which allows all outbound traffic
   */
  readonly securityGroups?: ISecurityGroup[];
  /**
   * The code signing configuration of the function.
   *
   * @default - the code need not be signed
   */
  readonly codeSigningConfig?: ICodeSigningConfig;
  /**
   * The customer managed key that encrypts the queues, the failure bucket and the logs. If the app owns the key, its policy
   * gets the statement that CloudWatch Logs needs.
   *
   * @default - keys of AWS
   */
  readonly encryptionKey?: IKey;
  /**
   * Topics that every alarm notifies when it is raised. With this option, each route has two more alarms. Up to 5.
   *
   * @default - none
   */
  readonly alarmTopics?: ITopic[];
  /**
   * Topics that every alarm notifies when it is over. Up to 5.
   *
   * @default - none
   */
  readonly okTopics?: ITopic[];
  /**
   * The ID of the organization, such as `o-a1b2c3d4e5`. Targets trust the forwarder only while its account is in this
   * organization.
   *
   * @default - no condition
   */
  readonly organizationId?: string;
  /**
   * The permissions boundary of every role that is made: the name of a managed policy that each account has, or the ARN of
   * one.
   *
   * @default - no boundary
   */
  readonly permissionsBoundary?: string;
  /**
   * The IAM path of the roles in target accounts, such as `/teams/streams/`. The forwarder's own role has no path.
   *
   * @default '/'
   */
  readonly rolePath?: string;
}
