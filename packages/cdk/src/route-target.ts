import type { Duration } from 'aws-cdk-lib';
import type { IRole } from 'aws-cdk-lib/aws-iam';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { Invocation, OnFailure } from './choices.ts';

/** A function that receives the records of a route. */
export interface RouteTarget {
  /**
   * The function to invoke: its name, `name:alias`, `name:version` or ARN, or a function or alias of a CDK app with a
   * name that is known at synthesis (`functionName`, `aliasName`).
   */
  readonly function: string | IFunction;
  /**
   * The ID of the account that owns the function: 12 digits. With `Routes.fromFile`, also a name from `accounts` of the file.
   *
   * @default - the account in the function's ARN, or of its stack
   */
  readonly account?: string;
  /**
   * The region of the function.
   *
   * @default - the region in the function's ARN, or of its stack; otherwise the region of the forwarder
   */
  readonly region?: string;
  /**
   * How the function is invoked.
   *
   * @default Invocation.EVENT
   */
  readonly invocation?: Invocation;
  /**
   * What happens to records that the function does not accept.
   *
   * @default OnFailure.PARK
   */
  readonly onFailure?: OnFailure;
  /**
   * The maximum time of one call with `Invocation.REQUEST_RESPONSE`. An event is queued within 10 seconds. 1–889 seconds.
   *
   * @default - the timeout of the forwarder less up to 11 seconds
   */
  readonly timeout?: Duration;
  /**
   * Whether the function has its own on-failure destination or dead-letter queue. Without one, Lambda drops an event after
   * two retries. This only turns off the warning about that.
   *
   * @default false
   */
  readonly hasFailureDestination?: boolean;
  /**
   * The function gets only records that match this pattern, in the form of Lambda's event filters; `FilterCriteria.filter`
   * and `FilterRule` of the CDK write it, too.
   *
   * @default - all records
   */
  readonly filter?: { readonly [key: string]: unknown };
  /**
   * Whether the function gets no records for now: they are kept in the failure bucket until it is resumed.
   *
   * @default false
   */
  readonly paused?: boolean;
  /**
   * The external ID that the role in the target account requires. All targets of a route in one account have the same.
   *
   * @default - `<namePrefix>:<route>`
   */
  readonly externalId?: string;
  /**
   * An existing role of the target account to assume instead of a generated one. Its ARN has to be known at synthesis, as
   * with `Role.fromRoleArn`.
   *
   * @default - a role is generated, in the stack that `addToTargets` names
   */
  readonly role?: IRole;
  /**
   * Earlier targets of the route: records that are parked for them go to this function. Names or ARNs of functions. A name
   * means the same account and region.
   *
   * @default - none
   */
  readonly replaces?: string[];
}
