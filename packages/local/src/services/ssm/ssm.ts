import { limits, partitionOf } from '@xacct/core';
import type { DeployedParameter } from '../../assembly/deployed.ts';
import type { Input } from '../../endpoint/input.ts';
import { validatedJsonProtocol } from '../../endpoint/json-protocol.ts';
import { type Call, type Service, type ServiceDefinition, serve } from '../../endpoint/service.ts';
import { AwsError } from '../../shared/aws-error.ts';
import type { Clock } from '../../shared/clock.ts';
import { createThrottle, type Throttle } from '../throttle.ts';
import { failures } from './failures.ts';
import type { Parameters } from './parameters.ts';

interface SsmState {
  parameters: Parameters;
  /** Limits GetParameter and GetParameters together. */
  reads: Throttle;
}

/** Systems Manager: reading parameters. */
export const ssm: ServiceDefinition<'ssm', SsmState, Input> = {
  name: 'ssm',
  protocol: validatedJsonProtocol('AmazonSSM', '1.1'),
  accessDenied: { code: 'AccessDeniedException', status: 400 },
  failures,
  operations: {
    GetParameter: {
      action: 'ssm:GetParameter',
      resource: (input, caller) => parameterArn(caller, input.text('Name')),
      handle(call, input, { parameters, reads }) {
        reads.take(call.principal.account, call.region);
        call.authorize(call.resource);
        const name = input.text('Name');
        const parameter = parameters.find(call, name);
        if (parameter === undefined) throw new AwsError('ParameterNotFound', `Parameter ${name} not found.`);
        return { Parameter: describe(parameter, parameters) };
      },
    },
    GetParameters: {
      action: 'ssm:GetParameters',
      /** The first of them. */
      resource(input, caller) {
        const [name] = input.texts('Names');
        return name === undefined ? undefined : parameterArn(caller, name);
      },
      handle(call, input, { parameters, reads }) {
        reads.take(call.principal.account, call.region);
        const names = input.texts('Names');
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
        const path = input.text('Path');
        return parameterArn(caller, path === '/' ? '/*' : path);
      },
      handle(call, input, { parameters }) {
        const path = input.text('Path');
        const pageSize = input.integer('MaxResults', { fallback: 10, least: 1, most: 10 });
        if (!path.startsWith('/')) throw invalid(`The parameter path must start with "/", got ${path}`);
        call.authorize(call.resource);

        const below = parameters.below(call, path, input.flag('Recursive'));
        // A token is the number of parameters on the pages before.
        const token = input.optionalText('NextToken');
        const start = Number(token ?? 0);
        if (token !== undefined && !(start > 0 && start < below.length))
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

function invalid(message: string): AwsError {
  return new AwsError('ValidationException', message);
}
