import { limits } from '@xacct/core';
import { queryProtocol, querySigning } from '../../endpoint/query-protocol.ts';
import {
  accountOf,
  locateResource,
  operation,
  type Service,
  type ServiceDefinition,
  type ServiceFailures,
  serve,
} from '../../endpoint/service.ts';
import { userIdOf } from '../../iam/principal.ts';
import { AwsError } from '../../shared/aws-error.ts';
import type { Clock } from '../../shared/clock.ts';
import { createThrottle, type Throttle } from '../throttle.ts';
import type { Roles } from './roles.ts';

/** Errors that a fault can make. https://docs.aws.amazon.com/STS/latest/APIReference/CommonErrors.html: errors of the query protocol have shorter names. */
const failures: ServiceFailures = {
  throttle: 'Throttling',
  unavailable: 'ServiceUnavailable',
  errors: {
    AccessDenied: 403,
    ExpiredToken: 403,
    InternalFailure: 500,
    InvalidClientTokenId: 403,
    PackedPolicyTooLarge: 400,
    RegionDisabledException: 403,
    ServiceUnavailable: 503,
    Throttling: 400,
  },
};

interface StsState {
  roles: Roles;
  throttle: Throttle;
}

/** Security Token Service. */
export const sts: ServiceDefinition<'sts', StsState> = {
  name: 'sts',
  protocol: queryProtocol('https://sts.amazonaws.com/doc/2011-06-15/'),
  signing: querySigning,
  accessDenied: { code: 'AccessDenied', status: 403 },
  failures,
  locate: locateResource,
  operations: {
    AssumeRole: operation({
      input: {
        properties: {
          RoleArn: { type: 'string', pattern: '^arn:aws[a-z-]*:iam::\\d{12}:role/[\\w+=,.@/-]+$' },
          RoleSessionName: { type: 'string', pattern: '^[\\w+=,.@-]{2,64}$' },
          ExternalId: { type: 'string', pattern: '^[\\w+=,.@:/-]{2,1224}$' },
          DurationSeconds: { type: 'string', pattern: '^\\d+$' },
        },
        required: ['RoleArn', 'RoleSessionName'],
      },
      action: 'sts:AssumeRole',
      resource: ({ RoleArn }) => RoleArn,
      handle(call, input, { roles, throttle }) {
        throttle(call.principal.account, call.region);
        const { RoleSessionName: sessionName, ExternalId: externalId, DurationSeconds = '3600' } = input;
        const seconds = Number(DurationSeconds);
        if (seconds < 900 || seconds > 43_200)
          throw invalid(`Value '${seconds}' at 'durationSeconds' must be between 900 and 43200`);

        const roleArn = call.resource;
        const role = roles.find(roleArn);
        const { organizationId: id } = roles;
        call.authorize(roleArn, {
          resourceAccount: accountOf(roleArn),
          resourcePolicy: role?.trust,
          resourcePolicyRequired: true,
          context: {
            'sts:RoleSessionName': sessionName,
            ...(externalId !== undefined && { 'sts:ExternalId': externalId }),
            ...(id !== undefined && { 'aws:PrincipalOrgID': id, 'aws:ResourceOrgID': id }),
          },
        });
        if (role === undefined) throw new Error(`${roleArn} was allowed without a trust policy`);
        if (call.principal.kind === 'role' && seconds > limits.sts.chainedSessionSeconds) {
          throw invalid(
            'The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining',
          );
        }
        if (seconds > role.maxSessionSeconds)
          throw invalid('The requested DurationSeconds exceeds the MaxSessionDuration set for this role.');

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
    }),
    GetCallerIdentity: {
      input: { properties: {} },
      // Allowed to every caller, whatever their policies say.
      action: undefined,
      resource: () => undefined,
      handle({ principal, region }, _, { throttle }) {
        throttle(principal.account, region);
        return { Arn: principal.arn, UserId: userIdOf(principal), Account: principal.account };
      },
    },
  },
};

export function createSts(roles: Roles, clock: Clock): Service {
  const throttle = createThrottle(limits.sts.callsPerSecond, 'Throttling', clock);
  return serve(sts, { roles, throttle });
}

function invalid(message: string): AwsError {
  return new AwsError('ValidationError', message);
}
