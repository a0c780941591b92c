/** For a CDK app of your own: all stacks of a routes file by `createRouteStacks`, or single ones. */
export { bundleHandler } from '@xacct/handler/bundle';
export { createRouteStacks, type ForwarderAccount, type RouteStacksProps } from './app.ts';
export { ForwarderStack, type ForwarderStackProps } from './forwarder-stack.ts';

export { type RouteRole, routeRoles } from './route-roles.ts';
export { RouteStack, type RouteStackProps } from './route-stack.ts';
export { TargetStack, type TargetStackProps } from './target-stack.ts';
