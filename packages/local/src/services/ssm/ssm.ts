import { limits, partitionOf } from '@xacct/core';
import type { DeployedParameter } from '../../assembly/deployed.ts';
import { AwsError } from '../../aws-error.ts';
import type { Clock } from '../../clock.ts';
import { type JsonInput, jsonProtocol } from '../../endpoint/json-protocol.ts';
import { type Call, type Service, type ServiceDefinition, serve } from '../../endpoint/service.ts';
import { createThrottle, type Throttle } from '../throttle.ts';
import { failures } from './failures.ts';
import type { Parameters } from './parameters.ts';

interface SsmState {
  parameters: Parameters;
  /** Limits GetParameter and GetParameters together. */
  reads: Throttle;
}

/** Systems Manager: reading parameters. */
export const ssm: ServiceDefinition<'ssm', SsmState, JsonInput> = {
  name: 'ssm',
  protocol: jsonProtocol('AmazonSSM', '1.1'),
  accessDenied: { code: 'AccessDeniedException', status: 400 },
  failures,
  operations: {
    GetParameter: {
      action: 'ssm:GetParameter',
      resource: (input, caller) => parameterArn(caller, text(input, 'Name')),
      handle(call, input, { parameters, reads }) {
        reads.take(call.principal.account, call.region);
        call.authorize(call.resource);
        const name = text(input, 'Name');
        const parameter = parameters.find(call, name);
        if (parameter === undefined) throw new AwsError('ParameterNotFound', `Parameter ${name} not found.`);
        return { Parameter: describe(parameter, parameters) };
      },
    },
    GetParameters: {
      action: 'ssm:GetParameters',
      /** The first of them. */
      resource(input, caller) {
        const [name] = texts(input, 'Names');
        return name === undefined ? undefined : parameterArn(caller, name);
      },
      handle(call, input, { parameters, reads }) {
        reads.take(call.principal.account, call.region);
        const names = texts(input, 'Names');
        if (names.length < 1 || names.length > limits.ssm.getParametersNames) {
          throw invalid(
            `Value at 'names' failed to satisfy constraint: Member must have length between 1 and 10, got ${names.length}`,
          );
        }
        for (const name of names) call.authorize(parameterArn(call, name));
        const found = names.flatMap((name) => parameters.find(call, name) ?? []);
        return {
          Parameters: found.map((parameter) => describe(parameter, parameters)),
          InvalidParameters: names.filter((name) => parameters.find(call, name) === undefined),
        };
      },
    },
    GetParametersByPath: {
      action: 'ssm:GetParametersByPath',
      resource(input, caller) {
        const path = text(input, 'Path');
        return parameterArn(caller, path === '/' ? '/*' : path);
      },
      handle(call, input, { parameters }) {
        const path = text(input, 'Path');
        const pageSize = typeof input.MaxResults === 'number' ? input.MaxResults : 10;
        if (pageSize < 1 || pageSize > 10)
          throw invalid(`Value '${pageSize}' at 'maxResults' must be between 1 and 10`);
        if (!path.startsWith('/')) throw invalid(`The parameter path must start with "/", got ${path}`);
        call.authorize(call.resource);

        const below = parameters.below(call, path, input.Recursive === true);
        // A token is the number of parameters on the pages before.
        const start = Number(input.NextToken ?? 0);
        if (input.NextToken !== undefined && !(start > 0 && start < below.length))
          throw new AwsError('InvalidNextToken', 'The specified token is not valid.');
        const page = below.slice(start, start + pageSize);
        const next = start + pageSize < below.length ? { NextToken: String(start + pageSize) } : {};
        return { Parameters: page.map((parameter) => describe(parameter, parameters)), ...next };
      },
    },
  },
};

export function createSsm(parameters: Parameters, clock: Clock): Service {
  const { readsPerSecond: callsPerSecond } = limits.ssm;
  return serve(ssm, {
    parameters,
    reads: createThrottle({ callsPerSecond, code: 'ThrottlingException', clock }),
  });
}

function describe(parameter: DeployedParameter, { deployedAt }: Parameters) {
  return {
    ARN: parameterArn({ principal: parameter, region: parameter.region }, parameter.name),
    DataType: 'text',
    LastModifiedDate: deployedAt / 1000,
    Name: parameter.name,
    Type: 'String',
    Value: parameter.value,
    Version: 1,
  };
}

function parameterArn(
  { principal, region }: { principal: Pick<Call['principal'], 'account'>; region: string },
  name: string,
): string {
  const separator = name.startsWith('/') ? '' : '/';
  return `arn:${partitionOf(region)}:ssm:${region}:${principal.account}:parameter${separator}${name}`;
}

function text(input: JsonInput, name: string): string {
  const value = input[name];
  if (typeof value !== 'string' || value === '')
    throw invalid(`Value null at '${name}' failed to satisfy constraint: Member must not be null`);
  return value;
}

function texts(input: JsonInput, name: string): string[] {
  const value = input[name];
  if (!Array.isArray(value) || !value.every((item) => typeof item === 'string')) {
    throw invalid(`Value at '${name}' must be a list of strings`);
  }
  return value;
}

function invalid(message: string): AwsError {
  return new AwsError('ValidationException', message);
}
