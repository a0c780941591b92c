export { AssemblyError } from './assembly/read-assembly.ts';
export { NotSupportedError } from './aws-error.ts';
export { type Clock, systemClock } from './clock.ts';
export type { CallRecord } from './gateway.ts';
export type { Delivery } from './lambda/recorder.ts';
export { TargetModulesError } from './lambda/target-modules.ts';
export {
  type LocalAws,
  type LocalAwsEvents,
  type LocalAwsOptions,
  type LocalQueue,
  startLocalAws,
} from './local-aws.ts';
export type { Credentials } from './principal.ts';
export type { DeployedRoute } from './routed.ts';
export type { QueueDepth } from './sqs/queue.ts';
