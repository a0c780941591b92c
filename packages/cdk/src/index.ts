/** Constructs that route streams in one AWS account to Lambda functions in many others. */

export { AssumeRoles, Invocation, LogLevel, MetricsBy, OnFailure } from './choices.ts';
export { Forwarder } from './forwarder.ts';
export type { ForwarderProps } from './forwarder-props.ts';
export type { ForwarderRoute } from './forwarder-route.ts';
export type { RouteOptions } from './route-options.ts';
export type { RouteTarget } from './route-target.ts';
export { Routes } from './routes.ts';
