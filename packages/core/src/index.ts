export {
  type BootstrapPolicy,
  sourceBootstrapPolicies,
  targetBootstrapPolicies,
} from './bootstrap/bootstrap-policies.ts';
export type { LimitedName, Use } from './capacity/limited.ts';
export { fullness, type Measure, measureCapacity, TIGHT } from './capacity/measure-capacity.ts';
export type { Assumptions } from './capacity/rate-uses.ts';
export {
  type AllowStatement,
  type ExecutionPolicies,
  executionPolicies,
  type PolicyDocument as AllowPolicy,
} from './execution/execution-policies.ts';
export { type Grant, isGrant } from './execution/grants.ts';
export { checkFilterPattern } from './filter/check-filter-pattern.ts';
export { createRecordFilter, type FilteredRecord } from './filter/record-filter.ts';
export { limits } from './limits/aws-limits.ts';
export { DEFAULT_RETRY_FOR_SECONDS } from './limits/retry-budget.ts';
export { routeCache } from './limits/route-cache.ts';
export { mostSendingSeconds, sendingSeconds, timesOfInvocation } from './limits/sending-time.ts';
export type { FilterPattern } from './model/filter-pattern.ts';
export { receiverOf } from './model/receiver-of.ts';
export type {
  Forwarder,
  Invocation,
  LogLevel,
  Route,
  Routes,
  Source,
  Stream,
  Target,
} from './model/routes.ts';
export { cdkAssetsBucket, cdkRoleArn, cdkVersionParameter } from './names/cdk-bootstrap.ts';
export { metrics } from './names/metrics.ts';
export * from './names/names.ts';
export { checkShape, type ReportAt } from './problems/check-shape.ts';
export { nearest } from './problems/nearest.ts';
export { formatProblem, isUsable, type Problem, type ProblemCode } from './problems/problem.ts';
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
export { accountIds, type NamedAccounts } from './routes-file/account-ids.ts';
export { type AddedEntry, AddRouteError, addRoute, type NewEntry } from './routes-file/add/add-route.ts';
export { type KnownNames, knownNames } from './routes-file/known-names.ts';
export { type ParsedRoutes, parseRoutes } from './routes-file/parse-routes.ts';
export {
  decodeParkedRecords,
  encodeParkedRecords,
  encodeParkedReference,
  type ParkedFacts,
  type ParkedRecords,
} from './wire/parked-records.ts';
export {
  countParts,
  decodeRoute,
  encodeRoute,
  mostParts,
  type StoredRoute,
  StoredRouteError,
} from './wire/stored-route.ts';
export { inOrder, openYaml } from './yaml/open-yaml.ts';
