import { parseArn } from '@xacct/core';
import type { Context } from '../iam/conditions.ts';
import type { Policy } from '../iam/policy.ts';
import type { Principal } from '../iam/principal.ts';
import { requireAllowed } from '../iam/require-allowed.ts';
import type { AwsError } from '../shared/aws-error.ts';
import type { HttpReply, HttpRequest } from './http.ts';
import type { SigningRules } from './sigv4.ts';

/** One AWS service: its protocol, its operations, and its errors. Its state is passed in when it is served. */
export interface ServiceDefinition<Name extends string, State, Input> {
  /** The name in the scope of a signature, and in IAM's actions. */
  readonly name: Name;
  readonly protocol: Protocol<Input>;
  /** Name and HTTP status of the error for a call that IAM denies. */
  readonly accessDenied: { code: string; status: number };
  /** How its signatures are verified. Default: as those of services with a JSON protocol. */
  readonly signing?: SigningRules;
  /** By name, e.g. `AssumeRole`. */
  readonly operations: Readonly<Record<string, Operation<State, Input>>>;
  /** How the service fails; undefined for a service that no fault can be made for. */
  readonly failures?: ServiceFailures;
  /**
   * The account and the function that a call about a resource is about, from the resource's ARN. Default: the caller's
   * account.
   */
  readonly locate?: (resourceArn: string) => ResourcePlace;
}

export interface Operation<State, Input> {
  /** The action that IAM decides on, e.g. `sqs:SendMessage`; undefined for what every caller may do. */
  readonly action: string | undefined;
  /**
   * ARN of the resource that the call is about; undefined for none.
   *
   * @throws {AwsError} when the input does not name it
   */
  resource(input: Input, caller: Pick<Call, 'principal' | 'region'>): string | undefined;
  /** Authorizes the call and does it. The protocol writes what it returns. */
  handle(call: AuthorizedCall, input: Input, state: State): unknown;
}

/** How a service writes operations, parameters, results and errors into HTTP. */
export interface Protocol<Input> {
  /** The operation that a request asks for; undefined if it asks for none. */
  operationOf(request: HttpRequest): string | undefined;
  /** @throws {AwsError} for a body that the protocol cannot read */
  parse(request: HttpRequest, operation: string): Input;
  reply(result: unknown, call: Call): HttpReply;
  fail(error: AwsError, requestId: string): HttpReply;
}

/** The errors of a service that a fault can make. */
export interface ServiceFailures {
  /** Name of the error for a caller that calls too often. */
  readonly throttle: string;
  /** Name of the error for a service that is out of order. */
  readonly unavailable: string;
  /** HTTP statuses by name of the error. */
  readonly errors: Readonly<Record<string, number>>;
}

/** What a call is about, as far as faults select by it or are drawn by it. */
export interface ResourcePlace {
  account?: string;
  /** Name of the function, without alias or version. */
  function?: string;
  /** ARN of a role, a queue or a stream. */
  resource?: string;
}

/** A call whose signature is valid. */
export interface Call {
  operation: string;
  request: HttpRequest;
  principal: Principal;
  region: string;
  requestId: string;
}

export interface AuthorizedCall extends Call {
  /** ARN of the resource that the call is about; empty for none. */
  resource: string;
  /** @throws {AwsError} when IAM denies the operation's action on the resource */
  authorize(resource: string, options?: AuthorizeOptions): void;
}

export interface AuthorizeOptions {
  /** In place of the operation's own. */
  action?: string;
  /** Default: the caller's account. */
  resourceAccount?: string;
  resourcePolicy?: Policy | undefined;
  resourcePolicyRequired?: boolean;
  context?: Context;
}

/** What a call is about, as faults select it. */
export interface CallSubject extends ResourcePlace {
  service: string;
  operation: string;
  account: string;
  region: string;
}

/** A service with its state, as the endpoint calls it. */
export interface Service extends Pick<ServiceDefinition<string, never, never>, 'name' | 'signing'> {
  /** The operation that a request asks for; undefined for one that the service does not have. */
  operationOf(request: HttpRequest): string | undefined;
  /** @throws {AwsError} for a call that does not name its resource */
  subjectOf(call: Call): CallSubject;
  handle(call: Call): Promise<HttpReply>;
  fail(error: AwsError, requestId: string): HttpReply;
}

/** Serves a service with its state. */
export function serve<State, Input>(
  definition: ServiceDefinition<string, State, Input>,
  state: State,
): Service {
  const { name, signing, protocol, operations, accessDenied, locate } = definition;
  const find = (operation: string) => {
    const found = Object.hasOwn(operations, operation) ? operations[operation] : undefined;
    if (found === undefined) throw new Error(`${name} has no operation ${operation}`);
    return found;
  };
  return {
    name,
    ...(signing && { signing }),
    operationOf(request) {
      const operation = protocol.operationOf(request);
      return operation !== undefined && Object.hasOwn(operations, operation) ? operation : undefined;
    },
    subjectOf(call) {
      const { operation, principal, region, request } = call;
      const resource = find(operation).resource(protocol.parse(request, operation), call);
      const place = resource === undefined ? undefined : locate?.(resource);
      return { service: name, operation, region, account: principal.account, ...place };
    },
    async handle(call) {
      const operation = find(call.operation);
      const input = protocol.parse(call.request, call.operation);
      const { principal } = call;
      const authorize: AuthorizedCall['authorize'] = (resource, options = {}) => {
        const { action = operation.action, resourceAccount = principal.account, ...rest } = options;
        if (action === undefined) return;
        requireAllowed({ principal, action, resource, resourceAccount, ...rest }, accessDenied);
      };
      const resource = operation.resource(input, call) ?? '';
      return protocol.reply(await operation.handle({ ...call, resource, authorize }, input, state), call);
    },
    fail: protocol.fail,
  };
}

/** Account of an ARN; empty if the ARN has none. */
export function accountOf(arn: string): string {
  return parseArn(arn).account;
}

/** For services whose faults are drawn for each resource separately: roles, queues and streams. */
export function locateResource(arn: string): ResourcePlace {
  return { account: accountOf(arn), resource: arn };
}
