import { parseArn } from '@xacct/core';
import type { Request } from '../iam/evaluate.ts';
import type { Principal } from '../iam/principal.ts';
import { requireAllowed } from '../iam/require-allowed.ts';
import type { AwsError } from '../shared/aws-error.ts';
import type { HttpReply, HttpRequest } from './http.ts';
import { type InputErrors, type InputOf, type InputSchema, readInput } from './input.ts';
import type { SigningRules } from './sigv4.ts';

/** One AWS service: its protocol, its operations, and its errors. Its state is passed in when it is served. */
export interface ServiceDefinition<Name extends string, State> {
  /** The name in the scope of a signature, and in IAM's actions. */
  readonly name: Name;
  readonly protocol: Protocol;
  /** Name and HTTP status of the error for a call that IAM denies. */
  readonly accessDenied: { code: string; status: number };
  /** How its signatures are verified. Default: as those of services with a JSON protocol. */
  readonly signing?: SigningRules;
  /** By name, e.g. `AssumeRole`. */
  readonly operations: Readonly<Record<string, Operation<State>>>;
  /** How the service fails; undefined for a service that no fault can be made for. */
  readonly failures?: ServiceFailures;
  /**
   * The account and the function that a call about a resource is about, from the resource's ARN. Default: the caller's
   * account.
   */
  readonly locate?: (resourceArn: string) => ResourcePlace;
}

export interface Operation<State, Input = never> {
  /** What it may be called with. */
  readonly input: InputSchema;
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

/** An operation whose functions take what its schema describes. */
export function operation<State, const Schema extends InputSchema>(
  definition: Operation<State, InputOf<Schema>> & { readonly input: Schema },
): Operation<State> {
  return definition;
}

/** How a service writes operations, parameters, results and errors into HTTP. */
export interface Protocol {
  /** The operation that a request asks for; undefined if it asks for none. */
  operationOf(request: HttpRequest): string | undefined;
  /**
   * The parameters of a call, by name.
   *
   * @throws {AwsError} for a request that the protocol cannot read
   */
  parse(request: HttpRequest): Readonly<Record<string, unknown>>;
  inputErrors(operation: string): InputErrors;
  reply(result: unknown, call: Call): HttpReply;
  /** @param request where the service speaks several protocols */
  fail(error: AwsError, requestId: string, request?: HttpRequest): HttpReply;
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

/** The operation's own action on a resource of the caller's account, unless they say otherwise. */
export type AuthorizeOptions = Partial<Omit<Request, 'principal' | 'resource'>>;

/** What a call is about, as faults select it. */
export interface CallSubject extends ResourcePlace {
  service: string;
  operation: string;
  account: string;
  region: string;
}

/** A service with its state, as the endpoint calls it. */
export interface Service extends Pick<ServiceDefinition<string, never>, 'name' | 'signing'> {
  /** The operation that a request asks for; undefined for one that the service does not have. */
  operationOf(request: HttpRequest): string | undefined;
  /** @throws {AwsError} for a call with wrong parameters */
  accept(call: Call): AcceptedCall;
  fail(error: AwsError, requestId: string, request?: HttpRequest): HttpReply;
}

/** A call whose parameters are right. */
export interface AcceptedCall {
  subject: CallSubject;
  handle(): Promise<HttpReply>;
}

/** Serves a service with its state. */
export function serve<State>(definition: ServiceDefinition<string, State>, state: State): Service {
  const { name, signing, protocol, operations, accessDenied, locate } = definition;
  return {
    name,
    ...(signing && { signing }),
    operationOf(request) {
      const asked = protocol.operationOf(request);
      return asked !== undefined && Object.hasOwn(operations, asked) ? asked : undefined;
    },
    accept(call) {
      const { principal, region } = call;
      const asked = operations[call.operation];
      if (asked === undefined) throw new Error(`${name} has no operation ${call.operation}`);
      const errors = protocol.inputErrors(call.operation);
      const input = readInput(name, call.operation, protocol.parse(call.request), errors) as never;
      const resource = asked.resource(input, call);
      const place = resource === undefined ? undefined : locate?.(resource);
      const authorize: AuthorizedCall['authorize'] = (authorized, options = {}) => {
        const { action = asked.action, resourceAccount = principal.account, ...rest } = options;
        if (action === undefined) return;
        requireAllowed({ principal, action, resource: authorized, resourceAccount, ...rest }, accessDenied);
      };
      return {
        subject: { service: name, operation: call.operation, region, account: principal.account, ...place },
        handle: async () =>
          protocol.reply(
            await asked.handle({ ...call, resource: resource ?? '', authorize }, input, state),
            call,
          ),
      };
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
