/**
 * What @xacct/core offers, by what it is for. Mistakes in a routes file are data (`Problem`), never thrown.
 *
 * Errors that a caller can meet:
 * - `AddRouteError`: an entry cannot be added to the text of a routes file, or changed in it. It carries the problems.
 * - `StoredRouteError`: parameters hold no route. `mixed` passes when a deployment is done; `malformed` needs a person.
 * - `TypeError` of `createRecordFilter`: a filter pattern that `checkFilterPattern` would have reported.
 */

// The routes file: from text to typed routes, with every mistake and its place.

export { formatProblem, isUsable, type Problem, type ProblemCode } from './problems/problem.ts';
export { accountIds, type NamedAccounts } from './routes-file/account-ids.ts';
export { type AddedEntry, AddRouteError, addRoute, type NewEntry } from './routes-file/add/add-route.ts';
export { changePaused, type PausedChange } from './routes-file/edit/change-paused.ts';
export { type WrittenTarget, writtenTargets } from './routes-file/edit/written-targets.ts';
export { type KnownNames, knownNames } from './routes-file/known-names.ts';
export { type ParsedRoutes, parseRoutes, parseRoutesValue } from './routes-file/parse-routes.ts';

// The model: what infra deploys and the handler reads.

export { accountsWithRole } from './model/accounts-with-role.ts';
export type { FilterPattern } from './model/filter-pattern.ts';
export type { Forwarder, LogLevel } from './model/forwarder.ts';
export { receiverOf } from './model/receiver-of.ts';
export type { Named, Route, Routes, Source, Stream } from './model/routes.ts';
export type { Invocation, RoutedTarget, Target } from './model/target.ts';

// Wire formats: what parameters, messages of queues and objects of the failure bucket hold.

export {
  bytesInMessage,
  decodeParkedRecords,
  encodeParkedRecords,
  encodeParkedReference,
  type ParkedFacts,
  type ParkedRecords,
} from './wire/parked-records.ts';
export {
  isProbeRequest,
  PROBE_MESSAGE,
  type ProbeAnswer,
  type ProbedTarget,
  type ProbeOutcome,
  type ProbeRequest,
} from './wire/probe.ts';
export { type StoredRoute, StoredRouteError } from './wire/route-json.ts';
export { countParts, decodeRoute, encodeRoute, mostParts } from './wire/stored-route.ts';

// Names and ARNs of everything that is deployed.

export { type Arn, type Place, parseArn, partitionOf, writeArn } from './names/arn.ts';
export { cdkAssetsBucket, cdkRoleArn, cdkVersionParameter } from './names/cdk-bootstrap.ts';
export { type Denial, describeDenial, type MissingStatement, readDenial } from './names/denial.ts';
export { routedTargets } from './names/generated-role.ts';
export { messageGroupOf } from './names/message-group.ts';
export { metrics } from './names/metrics.ts';
export { namesOf, stackRegion } from './names/names.ts';
export { isPausedKey, PARKED_PREFIX, pausedPrefix, WAITING_PREFIX } from './names/object-prefixes.ts';
export { parameterName, parameterPartName } from './names/parameters.ts';
export { type PausedObject, readPausedKey } from './names/paused-key.ts';
export {
  accountRootArn,
  bucketArn,
  type FunctionName,
  functionArn,
  functionFromArn,
  parameterArn,
  permissionsBoundaryArn,
  queueArn,
  queueUrl,
  roleArn,
  streamArn,
  streamFromArn,
} from './names/resource-arns.ts';
export { roleSessionName } from './names/role-session-name.ts';
export { ACCOUNTS_METADATA, tagKeys } from './names/tags.ts';

// Filters of records.

export { checkFilterPattern } from './filter/check-filter-pattern.ts';
export { createRecordFilter, type FilteredRecord } from './filter/record-filter.ts';

// Numbers: AWS's limits, and what several packages must agree on.

export {
  CREDENTIALS_RENEWED_BEFORE_SECONDS,
  DEFAULT_RETRY_FOR_SECONDS,
  routeCache,
} from './limits/agreed-times.ts';
export * as limits from './limits/aws-limits.ts';
export { mostSendingSeconds, sendingSeconds, timesOfInvocation } from './limits/sending-time.ts';

// Values: from JSON and YAML, and for messages.

export { few } from './values/few.ts';
export { isObject } from './values/is-object.ts';
export { parseJson } from './values/parse-json.ts';
