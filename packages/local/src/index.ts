export { AssemblyError } from './assembly/read-assembly.ts';
export type { AssemblyChange } from './assembly-change.ts';
export { AwsError, NotSupportedError } from './aws-error.ts';
export { type Clock, systemClock } from './clock.ts';
export type { CallRecord } from './gateway.ts';
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
