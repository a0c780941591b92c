import { IAlarm, Metric, MetricOptions } from "aws-cdk-lib/aws-cloudwatch";
import { IRole } from "aws-cdk-lib/aws-iam";
import { ICodeSigningConfig, IFunction, StartingPosition, Tracing } from "aws-cdk-lib/aws-lambda";
import { ILogGroup, RetentionDays } from "aws-cdk-lib/aws-logs";
import { IBucket } from "aws-cdk-lib/aws-s3";
import { Construct, IConstruct } from "constructs";
import { Duration, Environment } from "aws-cdk-lib";
import { ISecurityGroup, IVpc, SubnetSelection } from "aws-cdk-lib/aws-ec2";
import { IKey } from "aws-cdk-lib/aws-kms";
import { ITopic } from "aws-cdk-lib/aws-sns";
import { IQueue } from "aws-cdk-lib/aws-sqs";
import { ITable } from "aws-cdk-lib/aws-dynamodb";
import { IStream } from "aws-cdk-lib/aws-kinesis";

declare const Invocation: {
  readonly EVENT: "event";
  readonly REQUEST_RESPONSE: "request-response";
};
type Invocation = (typeof Invocation)[keyof typeof Invocation];
declare const OnFailure: {
  readonly PARK: "park";
  readonly BLOCK: "block";
};
type OnFailure = (typeof OnFailure)[keyof typeof OnFailure];
declare const AssumeRoles: {
  readonly LISTED: "listed";
  readonly ORGANIZATION: "organization";
};
type AssumeRoles = (typeof AssumeRoles)[keyof typeof AssumeRoles];
declare const MetricsBy: {
  readonly TARGET: "target";
  readonly ROUTE: "route";
};
type MetricsBy = (typeof MetricsBy)[keyof typeof MetricsBy];
declare const LogLevel: {
  readonly INFO: "info";
  readonly WARN: "warn";
  readonly ERROR: "error";
};
type LogLevel = (typeof LogLevel)[keyof typeof LogLevel];
declare class Routes {
  static fromFile(path: string): Routes;
  static fromYaml(content: string, fileName?: string): Routes;
  readonly env: Environment;
  readonly forwarderNames: string[];
  private constructor();
}
interface ForwarderProps {
  readonly routes?: Routes;
  readonly forwarderName?: string;
  readonly namePrefix?: string;
  readonly routeScope?: (routeName: string) => Construct;
  readonly memorySize?: number;
  readonly timeout?: Duration;
  readonly reservedConcurrentExecutions?: number;
  readonly tracing?: Tracing;
  readonly assumeRoles?: AssumeRoles;
  readonly metricsBy?: MetricsBy;
  readonly logLevel?: LogLevel;
  readonly logRetention?: RetentionDays;
  readonly vpc?: IVpc;
  readonly vpcSubnets?: SubnetSelection;
  readonly securityGroups?: ISecurityGroup[];
  readonly codeSigningConfig?: ICodeSigningConfig;
  readonly encryptionKey?: IKey;
  readonly alarmTopics?: ITopic[];
  readonly okTopics?: ITopic[];
  readonly organizationId?: string;
  readonly permissionsBoundary?: string;
  readonly rolePath?: string;
}
interface ForwarderRoute extends IConstruct {
  readonly routeName: string;
  readonly retryQueue: IQueue;
  readonly deadLetterQueue: IQueue;
  readonly alarms: IAlarm[];
  readonly targetAccounts: string[];
  metric(metricName: string, props?: MetricOptions): Metric;
  metricDelivered(props?: MetricOptions): Metric;
  metricParked(props?: MetricOptions): Metric;
  metricFailed(props?: MetricOptions): Metric;
}
interface RouteTarget {
  readonly function: string | IFunction;
  readonly account?: string;
  readonly region?: string;
  readonly invocation?: Invocation;
  readonly onFailure?: OnFailure;
  readonly timeout?: Duration;
  readonly hasFailureDestination?: boolean;
  readonly filter?: {
    readonly [key: string]: unknown;
  };
  readonly paused?: boolean;
  readonly externalId?: string;
  readonly role?: IRole;
  readonly replaces?: string[];
}
interface RouteOptions {
  readonly stream: IStream | ITable;
  readonly targets: RouteTarget[];
  readonly startingPosition?: StartingPosition;
  readonly startingPositionTimestamp?: number;
  readonly batchSize?: number;
  readonly batchWindow?: Duration;
  readonly parallelizationFactor?: number;
  readonly maximumRetryAttempts?: number;
  readonly maximumRecordAge?: Duration;
  readonly retryFor?: Duration;
  readonly retryConcurrency?: number;
  readonly filters?: {
    readonly [key: string]: unknown;
  }[];
  readonly enhancedFanOut?: boolean;
  readonly deaggregate?: boolean;
  readonly encryptionKey?: IKey;
  readonly enabled?: boolean;
}
declare class Forwarder extends Construct {
  #private;
  static isForwarder(value: unknown): value is Forwarder;
  readonly forwarderName: string;
  readonly function: IFunction;
  readonly role: IRole;
  readonly failureBucket: IBucket;
  readonly logGroup: ILogGroup;
  readonly routes: ForwarderRoute[];
  constructor(scope: Construct, id: string, props?: ForwarderProps);
  get alarms(): IAlarm[];
  get targetAccounts(): string[];
  addRoute(name: string, options: RouteOptions): ForwarderRoute;
  addToTargets(stackOf: (account: string) => Construct | undefined): void;
  metric(metricName: string, props?: MetricOptions): Metric;
}
export { AssumeRoles, Forwarder, type ForwarderProps, type ForwarderRoute, Invocation, LogLevel, MetricsBy, OnFailure, type RouteOptions, type RouteTarget, Routes };