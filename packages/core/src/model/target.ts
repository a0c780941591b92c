import type { FilterPattern } from './filter-pattern.ts';

/** A target as the handler needs it. */
export interface Target {
  /** ID of the account that owns the function. */
  account: string;
  /**
   * The region of the target function.
   *
   * @default the account's, or else the source's
   */
  region: string;
  /** ARN to invoke, with the alias or version where one is routed. */
  functionArn: string;
  /** ARN of the role in the target account that may invoke the function. */
  roleArn: string;
  /**
   * The external ID that the target's role requires. All targets of a route in one account have the same.
   *
   * @default <name>:<route>
   */
  externalId: string;
  /**
   * event: Lambda queues the records at the target, up to 1 MB in one call. request-response: the forwarder waits for the
   * result, in order, up to 6 MB in one call.
   *
   * @default event
   */
  invocation: Invocation;
  /**
   * park: failed records wait in a retry queue, and the stream goes on. block: the stream waits until the target accepts
   * them, in strict order.
   *
   * @default park
   */
  onFailure: 'park' | 'block';
  /**
   * The maximum time of one call of the function with `request-response`. An `event` is queued within 10 s. 1–889 s.
   *
   * @default the timeoutSeconds of the forwarder less up to 11 s
   */
  timeoutSeconds?: number;
  /**
   * The target gets only records that match this pattern.
   *
   * @default none
   */
  filter?: FilterPattern;
  /** The target gets no records for now: they are kept in the failure bucket. Absent for one that gets them. */
  paused?: true;
  /** ARNs of functions whose parked records go to this one; absent for none. */
  replaces?: string[];
}

/** A target of a routes file. */
export interface RoutedTarget extends Target {
  /** Whether its role is generated for the route. An existing role is its owner's. */
  hasGeneratedRole: boolean;
}

/** How a function is invoked: queued, or waited for. */
export type Invocation = 'event' | 'request-response';
