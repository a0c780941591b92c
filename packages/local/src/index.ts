export { type Arrival, type ArrivedRecord, arrivalsOf } from './accounting/arrivals.ts';
export { type KeptRecords, readKeptRecords } from './accounting/kept-records.ts';
export { Ledger, type PutRecord, type TargetAccount } from './accounting/ledger.ts';
export { contentOf } from './accounting/record-content.ts';
export type { DuplicateCauses } from './accounting/redeliveries.ts';
export { AssemblyError } from './assembly/read-assembly.ts';
export type { AssemblyChange } from './assembly-change.ts';
export { AwsError, NotSupportedError } from './aws-error.ts';
export { type Clock, systemClock } from './clock.ts';
export type { ItemChange } from './dynamodb/item-change.ts';
export type { TableStreamRecord } from './dynamodb/stream-record.ts';
export type { FaultCount } from './faults/faults.ts';
export { type ParsedFaults, parseFaults } from './faults/parse-faults.ts';
export type { FaultRules } from './faults/rule.ts';
export type { CallRecord } from './gateway.ts';
export type { Invocation } from './lambda/functions.ts';
export type { Delivery } from './lambda/recorder.ts';
export { TargetModulesError } from './lambda/target-modules.ts';
export {
  type ClientSettings,
  type LocalAws,
  type LocalAwsEvents,
  type LocalAwsOptions,
  startLocalAws,
} from './local-aws.ts';
export type { LocalQueue } from './local-queue.ts';
export type { Credentials } from './principal.ts';
export type { DeployedRoute } from './routed.ts';
export type { QueueDepth } from './sqs/queue.ts';
