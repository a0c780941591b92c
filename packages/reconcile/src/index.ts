export { type Arrival, type ArrivedRecord, arrivalsOf } from './arrivals.ts';
export type { AssemblyChange } from './assembly-change.ts';
export { type DeployedRoute, routesOf } from './deployed-routes.ts';
export type { PutRecord } from './inbox.ts';
export { type KeptRecords, readKeptRecords } from './kept-records.ts';
export { createLedger, type Ledger } from './ledger.ts';
export { contentOf } from './record-content.ts';
export type { DuplicateCauses } from './redeliveries.ts';
export {
  type RoutedAws,
  type RoutedAwsEvents,
  type RoutedAwsOptions,
  startRoutedAws,
} from './start-routed-aws.ts';
export type { TargetTally } from './tally.ts';
