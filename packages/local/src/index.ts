/** Starting it */

/** What templates deploy */
export type { Deployed, DeployedFunction, DeployedMapping } from './assembly/deployed.ts';
/** Errors */
export { AssemblyError } from './assembly/read-assembly.ts';
export { isSameFunction } from './assembly/read-deployment.ts';
/** What happens in it */
export type { CallRecord } from './endpoint/answer.ts';
/** Faults */
export type { FaultCount } from './faults/faults.ts';
export { type ParsedFaults, parseFaults } from './faults/parse-faults.ts';
export type { FaultRules } from './faults/rule.ts';
export type { Credentials } from './iam/principal.ts';
export type {
  ClientSettings,
  LocalAws,
  LocalAwsEvents,
  LocalAwsOptions,
  LocalQueue,
  QueuedMessage,
} from './local-aws.ts';
export type { Alarm } from './services/cloudwatch/alarms.ts';
export type { ItemChange } from './services/dynamodb-streams/item-change.ts';
export type { TableStreamRecord } from './services/dynamodb-streams/stream-record.ts';
export type { Invocation } from './services/lambda/invocation.ts';
export type { Delivery } from './services/lambda/recorder.ts';
export { TargetModulesError } from './services/lambda/target-modules.ts';
export type { ObjectText } from './services/s3/buckets.ts';
export type { QueueDepth } from './services/sqs/stored-messages.ts';
export { AwsError, NotSupportedError } from './shared/aws-error.ts';
export { type Clock, systemClock } from './shared/clock.ts';
export { startLocalAws } from './start-local-aws.ts';
