import type { AwsError } from '../aws-error.ts';
import type { HttpReply, HttpRequest } from './http.ts';
import type { Context } from '../iam/conditions.ts';
import type { Policy } from '../iam/policy.ts';
import type { Principal } from '../iam/principal.ts';

/** One AWS service behind the endpoint. */
export interface Service {
  /** As in the scope of a signature, and before the colon of IAM's actions. */
  readonly name: string;
  /** How the service names and numbers what IAM denies. */
  readonly accessDenied: { code: string; status: number };
  /**
   * What a request asks for, e.g. `AssumeRole`; undefined where the service does not know it.
   * It is also the action that `authorize` checks, unless that is told another.
   */
  operationOf(request: HttpRequest): string | undefined;
  handle(call: Call): Promise<HttpReply>;
  /** Words an error in the service's protocol. */
  fail(error: AwsError, requestId: string): HttpReply;
}

export interface Call {
  operation: string;
  request: HttpRequest;
  principal: Principal;
  region: string;
  requestId: string;
  /** @throws {AwsError} when IAM denies the operation on the resource */
  authorize(resource: string, options?: AuthorizeOptions): void;
}

export interface AuthorizeOptions {
  action?: string;
  resourceAccount?: string;
  resourcePolicy?: Policy | undefined;
  resourcePolicyRequired?: boolean;
  context?: Context;
}
