/** For @xacct/cdk: the resources of a routes file in any scope, of which the stacks of the command are made, too. */

export { createForwarderResources, type ForwarderResources } from './forwarder-resources.ts';
export { createRouteResources, type RouteResources } from './route-resources.ts';
export { routeRoles } from './route-roles.ts';
export { sortRoutes } from './sort-routes.ts';
export { tagsOf } from './tags.ts';
export { createTargetRoles } from './target-roles.ts';
