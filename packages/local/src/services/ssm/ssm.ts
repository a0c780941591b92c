import { limits, partitionOf } from '@xacct/core';
import type { DeployedParameter } from '../../assembly/deployed.ts';
import { AwsError } from '../../aws-error.ts';
import type { Clock } from '../../clock.ts';
import { Throttle } from '../throttle.ts';
import { jsonFailure, jsonReply, parseJsonBody, targetOperation } from '../../endpoint/json-protocol.ts';
import type { Call, Service } from '../../endpoint/service.ts';

/** Systems Manager: reading parameters. */
export function createSsm(deployed: readonly DeployedParameter[], clock: Clock): Service {
  const deployedAt = clock.now();
  const reads = new Throttle({
    callsPerSecond: limits.ssm.readsPerSecond,
    code: 'ThrottlingException',
    clock,
  });
  const parameters = new Map(deployed.map((parameter) => [keyOf(parameter), parameter]));

  const find = (call: Call, name: string) => {
    return parameters.get(keyOf({ account: call.principal.account, region: call.region, name }));
  };

  const operations: Record<string, (call: Call, input: Record<string, unknown>) => unknown> = {
    GetParameter(call, input) {
      reads.take(call.principal.account, call.region);
      const name = text(input, 'Name');
      call.authorize(parameterArn(call, name));
      const parameter = find(call, name);
      if (parameter === undefined) throw new AwsError('ParameterNotFound', `Parameter ${name} not found.`);
      return { Parameter: describe(parameter) };
    },
    GetParameters(call, input) {
      reads.take(call.principal.account, call.region);
      const names = texts(input, 'Names');
      if (names.length < 1 || names.length > limits.ssm.getParametersNames) {
        throw invalid(
          `Value at 'names' failed to satisfy constraint: Member must have length between 1 and 10, got ${names.length}`,
        );
      }
      for (const name of names) call.authorize(parameterArn(call, name));
      const found = names.map((name) => find(call, name)).filter((parameter) => parameter !== undefined);
      const invalidNames = names.filter((name) => find(call, name) === undefined);
      return { Parameters: found.map(describe), InvalidParameters: invalidNames };
    },
    GetParametersByPath(call, input) {
      const path = text(input, 'Path');
      const recursive = input.Recursive === true;
      const pageSize = typeof input.MaxResults === 'number' ? input.MaxResults : 10;
      if (pageSize < 1 || pageSize > 10)
        throw invalid(`Value '${pageSize}' at 'maxResults' must be between 1 and 10`);
      if (!path.startsWith('/')) throw invalid(`The parameter path must start with "/", got ${path}`);
      call.authorize(parameterArn(call, path === '/' ? '/*' : path));

      const prefix = path.endsWith('/') ? path : `${path}/`;
      const start = Number(input.NextToken ?? 0);
      const below = [...parameters.values()]
        .filter(({ account, region }) => account === call.principal.account && region === call.region)
        .filter(
          ({ name }) => name.startsWith(prefix) && (recursive || !name.slice(prefix.length).includes('/')),
        )
        .sort((a, b) => (a.name < b.name ? -1 : 1));
      // A token is the number of parameters on the pages before.
      if (input.NextToken !== undefined && !(start > 0 && start < below.length))
        throw new AwsError('InvalidNextToken', 'The specified token is not valid.');
      const page = below.slice(start, start + pageSize);
      const next = start + pageSize < below.length ? { NextToken: String(start + pageSize) } : {};
      return { Parameters: page.map(describe), ...next };
    },
  };

  const describe = (parameter: DeployedParameter) => ({
    ARN: parameterArn({ principal: parameter, region: parameter.region }, parameter.name),
    DataType: 'text',
    LastModifiedDate: deployedAt / 1000,
    Name: parameter.name,
    Type: 'String',
    Value: parameter.value,
    Version: 1,
  });

  return {
    name: 'ssm',
    accessDenied: { code: 'AccessDeniedException', status: 400 },
    operationOf: (request) => {
      const operation = targetOperation(request, 'AmazonSSM');
      return operation !== undefined && Object.hasOwn(operations, operation) ? operation : undefined;
    },
    async handle(call) {
      return jsonReply(operations[call.operation]?.(call, parseJsonBody(call.request)));
    },
    fail: jsonFailure,
  };
}

function keyOf({ account, region, name }: Pick<DeployedParameter, 'account' | 'region' | 'name'>): string {
  return `${account} ${region} ${name}`;
}

function parameterArn(
  { principal, region }: { principal: { account: string }; region: string },
  name: string,
): string {
  const separator = name.startsWith('/') ? '' : '/';
  return `arn:${partitionOf(region)}:ssm:${region}:${principal.account}:parameter${separator}${name}`;
}

function text(input: Record<string, unknown>, name: string): string {
  const value = input[name];
  if (typeof value !== 'string' || value === '')
    throw invalid(`Value null at '${name}' failed to satisfy constraint: Member must not be null`);
  return value;
}

function texts(input: Record<string, unknown>, name: string): string[] {
  const value = input[name];
  if (!Array.isArray(value) || !value.every((item) => typeof item === 'string')) {
    throw invalid(`Value at '${name}' must be a list of strings`);
  }
  return value;
}

function invalid(message: string): AwsError {
  return new AwsError('ValidationException', message);
}
