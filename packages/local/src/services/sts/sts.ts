import { limits } from '@xacct/core';
import { AwsError } from '../../aws-error.ts';
import type { Clock } from '../../clock.ts';
import type { HttpReply } from '../../endpoint/http.ts';
import { userIdOf } from '../../iam/principal.ts';
import type { Roles } from './roles.ts';
import { Throttle } from '../throttle.ts';
import type { Call, Service } from '../../endpoint/service.ts';
import { type XmlValue, xmlReply } from '../../endpoint/xml.ts';

/**
 * Security Token Service, in AWS's query protocol: a form in, XML out.
 *
 * @param organizationId of the organization that all accounts are in, where there is one
 */
export function createSts(roles: Roles, clock: Clock, organizationId?: string): Service {
  const calls = new Throttle({ callsPerSecond: limits.sts.callsPerSecond, code: 'Throttling', clock });
  const operations: Record<string, (call: Call, form: URLSearchParams) => XmlValue> = {
    AssumeRole(call, form) {
      refuseOthers(form, ['RoleArn', 'RoleSessionName', 'ExternalId', 'DurationSeconds']);
      const roleArn = required(form, 'RoleArn', /^arn:aws[a-z-]*:iam::\d{12}:role\/[\w+=,.@/-]+$/);
      const sessionName = required(form, 'RoleSessionName', /^[\w+=,.@-]{2,64}$/);
      const externalId = optional(form, 'ExternalId', /^[\w+=,.@:/-]{2,1224}$/);
      const seconds = Number(optional(form, 'DurationSeconds', /^\d+$/) ?? 3600);
      if (seconds < 900 || seconds > 43_200) {
        throw invalid(`Value '${seconds}' at 'durationSeconds' must be between 900 and 43200`);
      }

      const role = roles.find(roleArn);
      call.authorize(roleArn, {
        resourceAccount: roleArn.split(':')[4] ?? '',
        resourcePolicy: role?.trust,
        resourcePolicyRequired: true,
        context: {
          'sts:RoleSessionName': sessionName,
          ...(externalId !== undefined && { 'sts:ExternalId': externalId }),
          ...(organizationId !== undefined && {
            'aws:PrincipalOrgID': organizationId,
            'aws:ResourceOrgID': organizationId,
          }),
        },
      });
      if (role === undefined) throw new Error(`${roleArn} was allowed without a trust policy`);
      if (call.principal.kind === 'role' && seconds > limits.sts.chainedSessionSeconds) {
        throw invalid(
          'The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining',
        );
      }
      if (seconds > role.maxSessionSeconds) {
        throw invalid('The requested DurationSeconds exceeds the MaxSessionDuration set for this role.');
      }

      const { principal, credentials } = roles.startSession(role, sessionName, seconds);
      return {
        Credentials: {
          AccessKeyId: credentials.accessKeyId,
          SecretAccessKey: credentials.secretAccessKey,
          SessionToken: credentials.sessionToken,
          Expiration: new Date(credentials.expiresAt).toISOString().replace(/\.\d+Z$/, 'Z'),
        },
        AssumedRoleUser: { AssumedRoleId: `${role.id}:${sessionName}`, Arn: principal.arn },
      };
    },
    GetCallerIdentity({ principal }) {
      // Allowed to everybody, whatever their policies say.
      return {
        Arn: principal.arn,
        UserId: userIdOf(principal),
        Account: principal.account,
      };
    },
  };

  return {
    name: 'sts',
    accessDenied: { code: 'AccessDenied', status: 403 },
    operationOf: (request) => {
      const action = new URLSearchParams(request.body.toString()).get('Action') ?? '';
      return Object.hasOwn(operations, action) ? action : undefined;
    },
    async handle(call) {
      calls.take(call.principal.account, call.region);
      const result =
        operations[call.operation]?.(call, new URLSearchParams(call.request.body.toString())) ?? {};
      return reply(200, {
        [`${call.operation}Response`]: {
          [`${call.operation}Result`]: result,
          ResponseMetadata: { RequestId: call.requestId },
        },
      });
    },
    fail: ({ code, message, status }, requestId) =>
      reply(status, {
        ErrorResponse: {
          Error: { Type: status < 500 ? 'Sender' : 'Receiver', Code: code, Message: message },
          RequestId: requestId,
        },
      }),
  };
}

/** What is not known here, a session policy above all, would be passed over in silence. */
function refuseOthers(form: URLSearchParams, known: readonly string[]): void {
  const unknown = [...form.keys()].find((key) => !['Action', 'Version', ...known].includes(key));
  if (unknown !== undefined)
    throw invalid(`The local AWS does not know the parameter ${unknown} of AssumeRole`);
}

function required(form: URLSearchParams, name: string, pattern: RegExp): string {
  const value = optional(form, name, pattern);
  if (value === undefined)
    throw invalid(`Value null at '${name}' failed to satisfy constraint: Member must not be null`);
  return value;
}

function optional(form: URLSearchParams, name: string, pattern: RegExp): string | undefined {
  const value = form.get(name);
  if (value === null) return undefined;
  if (!pattern.test(value)) {
    throw invalid(
      `Value '${value}' at '${name}' failed to satisfy constraint: Member must satisfy regular expression pattern: ${pattern.source}`,
    );
  }
  return value;
}

function invalid(message: string): AwsError {
  return new AwsError('ValidationError', message);
}

function reply(status: number, document: Readonly<Record<string, XmlValue>>): HttpReply {
  const namespace = 'https://sts.amazonaws.com/doc/2011-06-15/';
  return xmlReply(status, document, { contentType: 'text/xml', namespace });
}
