export { accountIds, type NamedAccounts } from './account-ids.ts';
export { type AddedEntry, AddRouteError, addRoute, type NewEntry } from './add-route.ts';
export {
  type BootstrapPolicy,
  sourceBootstrapPolicies,
  targetBootstrapPolicies,
} from './bootstrap/bootstrap-policies.ts';
export { cdkAssetsBucket, cdkRoleArn, cdkVersionParameter } from './bootstrap/cdk-bootstrap.ts';
export type { LimitedName, Use } from './capacity/limited.ts';
export { fullness, type Measure, measureCapacity, TIGHT } from './capacity/measure-capacity.ts';
export type { Assumptions } from './capacity/rate-uses.ts';
export { checkShape, type ReportAt } from './check-shape.ts';
export {
  type AllowStatement,
  type ExecutionPolicies,
  executionPolicies,
  type PolicyDocument as AllowPolicy,
} from './execution/execution-policies.ts';
export { type Grant, isGrant } from './execution/grants.ts';
export { checkFilterPattern } from './filter/check-filter-pattern.ts';
export type { FilterPattern } from './filter/filter-pattern.ts';
export { createRecordFilter, type FilteredRecord } from './filter/record-filter.ts';
export { type KnownNames, knownNames } from './known-names.ts';
export { limits } from './limits.ts';
export { metrics } from './metrics.ts';
export * from './names.ts';
export { nearest } from './nearest.ts';
export { inOrder, openYaml } from './open-yaml.ts';
export {
  decodeParkedRecords,
  encodeParkedRecords,
  encodeParkedReference,
  type ParkedFacts,
  type ParkedRecords,
} from './parked-records.ts';
export { type ParsedRoutes, parseRoutes } from './parse-routes.ts';
export { formatProblem, isUsable, type Problem, type ProblemCode } from './problem.ts';
export { receiverOf } from './receiver-of.ts';
export { DEFAULT_RETRY_FOR_SECONDS } from './retry-budget.ts';
export { type LateTargets, type MixedTargets, mixTargets } from './rollout/mix-targets.ts';
export {
  allowsTarget,
  type ForwarderGrant,
  NO_PERMISSIONS,
  type Permissions,
  type RolePermission,
  type Sender,
  targetStacksIn,
  unitePermissions,
} from './rollout/permissions.ts';
export { type DeployedRoute, rolesOfStored, stillUsed } from './rollout/still-used.ts';
export { routeCache } from './route-cache.ts';
export type { Forwarder, Invocation, LogLevel, Route, Routes, Source, Stream, Target } from './routes.ts';
export { mostSendingSeconds, sendingSeconds, timesOfInvocation } from './sending-time.ts';
export {
  countParts,
  decodeRoute,
  encodeRoute,
  mostParts,
  type StoredRoute,
  StoredRouteError,
} from './stored-route.ts';
