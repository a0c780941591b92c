/** Constructs for a CDK app of one's own. Nothing here shows a type of another package than the CDK's two. */

export { AssumeRoles, Invocation, LogLevel, MetricsBy, OnFailure } from './choices.ts';
export { Forwarder } from './forwarder.ts';
export type { ForwarderProps } from './forwarder-props.ts';
export type { ForwarderRoute } from './forwarder-route.ts';
export type { RouteOptions } from './route-options.ts';
export type { RouteTarget } from './route-target.ts';
export { Routes } from './routes.ts';
