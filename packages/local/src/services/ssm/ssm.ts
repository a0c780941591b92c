import { limits, parameterArn, partitionOf } from '@xacct/core';
import type { DeployedParameter } from '../../assembly/deployed.ts';
import { FILLED, integer, TEXT } from '../../endpoint/input.ts';
import { jsonProtocol } from '../../endpoint/json-protocol.ts';
import {
  type Call,
  operation,
  type Service,
  type ServiceDefinition,
  type ServiceFailures,
  serve,
} from '../../endpoint/service.ts';
import { AwsError } from '../../shared/aws-error.ts';
import type { Clock } from '../../shared/clock.ts';
import { commonErrors } from '../common-errors.ts';
import { createThrottle, type Throttle } from '../throttle.ts';
import type { Parameters } from './parameters.ts';

/** Errors that a fault can make. Names and statuses are those of the API model in the AWS SDK for JavaScript v3. */
const failures: ServiceFailures = {
  throttle: 'ThrottlingException',
  unavailable: 'InternalServerError',
  errors: { ...commonErrors, InternalServerError: 500, ParameterNotFound: 400 },
};

interface SsmState {
  parameters: Parameters;
  /** Limits GetParameter and GetParameters together. */
  throttle: Throttle;
}

/** Parameters here are not encrypted. */
const WithDecryption = { type: 'boolean' } as const;

/** Systems Manager: reading parameters. */
export const ssm: ServiceDefinition<'ssm', SsmState> = {
  name: 'ssm',
  protocol: jsonProtocol('AmazonSSM', '1.1'),
  accessDenied: { code: 'AccessDeniedException', status: 400 },
  failures,
  operations: {
    GetParameter: operation({
      input: { properties: { Name: FILLED, WithDecryption }, required: ['Name'] },
      action: 'ssm:GetParameter',
      resource: ({ Name }, caller) => arnOf(caller, Name),
      handle(call, { Name }, { parameters, throttle }) {
        throttle(call.principal.account, call.region);
        call.authorize(call.resource);
        const parameter = parameters.find(call, Name);
        if (parameter === undefined) throw new AwsError('ParameterNotFound', `Parameter ${Name} not found.`);
        return { Parameter: describe(parameter, parameters) };
      },
    }),
    GetParameters: operation({
      input: {
        properties: {
          Names: { type: 'array', items: TEXT, minItems: 1, maxItems: limits.ssm.getParametersNames },
          WithDecryption,
        },
        required: ['Names'],
      },
      action: 'ssm:GetParameters',
      /** The first of them. */
      resource: ({ Names: [first = ''] }, caller) => arnOf(caller, first),
      handle(call, { Names }, { parameters, throttle }) {
        throttle(call.principal.account, call.region);
        for (const name of Names) call.authorize(arnOf(call, name));
        const found = Names.flatMap((name) => parameters.find(call, name) ?? []);
        return {
          Parameters: found.map((parameter) => describe(parameter, parameters)),
          InvalidParameters: Names.filter((name) => parameters.find(call, name) === undefined),
        };
      },
    }),
    GetParametersByPath: operation({
      input: {
        properties: {
          Path: FILLED,
          Recursive: { type: 'boolean' },
          MaxResults: integer(1, 10),
          NextToken: TEXT,
          WithDecryption,
        },
        required: ['Path'],
      },
      action: 'ssm:GetParametersByPath',
      resource: ({ Path }, caller) => arnOf(caller, Path === '/' ? '/*' : Path),
      handle(call, { Path, Recursive = false, MaxResults: pageSize = 10, NextToken: token }, { parameters }) {
        if (!Path.startsWith('/'))
          throw new AwsError('ValidationException', `The parameter path must start with "/", got ${Path}`);
        call.authorize(call.resource);

        const below = parameters.below(call, Path, Recursive);
        // A token is the number of parameters on the pages before.
        const start = Number(token ?? 0);
        if (token !== undefined && !(start > 0 && start < below.length))
          throw new AwsError('InvalidNextToken', 'The specified token is not valid.');
        const page = below.slice(start, start + pageSize);
        const next = start + pageSize < below.length ? { NextToken: String(start + pageSize) } : {};
        return { Parameters: page.map((parameter) => describe(parameter, parameters)), ...next };
      },
    }),
  },
};

export function createSsm(parameters: Parameters, clock: Clock): Service {
  const throttle = createThrottle(limits.ssm.readsPerSecond, 'ThrottlingException', clock);
  return serve(ssm, { parameters, throttle });
}

function describe(parameter: DeployedParameter, { deployedAt }: Parameters) {
  return {
    ARN: arnOf({ principal: parameter, region: parameter.region }, parameter.name),
    DataType: 'text',
    LastModifiedDate: deployedAt / 1000,
    Name: parameter.name,
    Type: 'String',
    Value: parameter.value,
    Version: 1,
  };
}

function arnOf(
  { principal: { account }, region }: { principal: Pick<Call['principal'], 'account'>; region: string },
  name: string,
): string {
  const place = { partition: partitionOf(region), region, account };
  return parameterArn(place, name.startsWith('/') ? name : `/${name}`);
}
