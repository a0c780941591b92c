/** What roles are allowed, and what stays allowed while routes change: for the stacks and their deployment. */

export { type ExecutionPolicies, executionPolicies } from '../execution/execution-policies.ts';
export { type Grant, isGrant } from '../execution/grants.ts';
export { type LateTargets, type MixedTargets, mixTargets } from './mix-targets.ts';
export {
  allowsTarget,
  type ForwarderGrant,
  NO_PERMISSIONS,
  type Permissions,
  type RolePermission,
  type Sender,
  targetStacksIn,
  unitePermissions,
} from './permissions.ts';
export { type DeployedRoute, rolesOfStored, stillUsed } from './still-used.ts';
