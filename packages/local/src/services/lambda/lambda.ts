import { functionFromArn, limits, partitionOf, writeArn } from '@xacct/core';
import type { DeployedMapping } from '../../assembly/deployed.ts';
import type { DeployedQueueMapping } from '../../assembly/deployed-queue-mapping.ts';
import type { Inventory } from '../../assembly/inventory.ts';
import { FILLED, TEXT } from '../../endpoint/input.ts';
import { accountOf, type Call, operation, type ServiceDefinition } from '../../endpoint/service.ts';
import { AwsError } from '../../shared/aws-error.ts';
import { pageOf } from '../../shared/page.ts';
import { describeFunction, describeMapping } from './describe.ts';
import { failures } from './failures.ts';
import { FUNCTION_NAME, namedFunction } from './function-name.ts';
import type { Functions } from './functions.ts';
import { invokeFunction } from './invoke-function.ts';
import type { MappingResults } from './mapping-results.ts';
import { jsonReply, lambdaProtocol } from './protocol.ts';
import { targetFunctionsOf } from './target-functions.ts';

export interface LambdaState {
  functions: Functions;
  inventory: Inventory;
  mappingResults: MappingResults;
}

/** Parameters of lists. The AWS CLI writes a number as text. */
const PAGE = { Marker: TEXT, MaxItems: { type: 'string', pattern: '^[1-9]\\d*$' } } as const;
const FUNCTIONS_A_PAGE = 50;
const MAPPINGS_A_PAGE = 100;
const everything = () => '*';

/** Lambda: invoking functions, and describing them and their mappings. */
export const lambda: ServiceDefinition<'lambda', LambdaState> = {
  name: 'lambda',
  protocol: lambdaProtocol,
  accessDenied: { code: 'AccessDeniedException', status: 403 },
  failures,
  locate: (arn) =>
    /^arn:[^:]+:lambda:[^:]+:\d+:function:/.test(arn)
      ? { account: accountOf(arn), function: functionFromArn(arn).name }
      : {},
  operations: {
    GetAccountSettings: operation({
      input: { properties: {} },
      action: 'lambda:GetAccountSettings',
      resource: everything,
      handle(call, _, { inventory }) {
        call.authorize('*');
        const { concurrency: ConcurrentExecutions } = limits.lambda;
        const own = [...inventory.deployed.functions.values()].filter((one) => isOf(call, one));
        const reserved = own.reduce((sum, { reservedConcurrency = 0 }) => sum + reservedConcurrency, 0);
        return jsonReply({
          AccountLimit: {
            ConcurrentExecutions,
            UnreservedConcurrentExecutions: ConcurrentExecutions - reserved,
          },
          AccountUsage: { FunctionCount: own.length },
        });
      },
    }),
    GetEventSourceMapping: operation({
      input: { properties: { UUID: FILLED }, required: ['UUID'] },
      action: 'lambda:GetEventSourceMapping',
      resource: ({ UUID }, { principal: { account }, region }) =>
        writeArn(
          'lambda',
          { partition: partitionOf(region), account, region },
          `event-source-mapping:${UUID}`,
        ),
      handle(call, { UUID }, { inventory, mappingResults }) {
        call.authorize(call.resource);
        const mapping = mappingsOf(call, inventory).find(({ id }) => id === UUID);
        if (mapping === undefined) throw notFound('The resource you requested does not exist.');
        return jsonReply(describeMapping(mapping, mappingResults.of(UUID), inventory.deployedAt));
      },
    }),
    GetFunctionConfiguration: operation({
      input: { properties: { FunctionName: FUNCTION_NAME, Qualifier: TEXT }, required: ['FunctionName'] },
      action: 'lambda:GetFunctionConfiguration',
      resource: namedFunction,
      handle(call, _, { functions, inventory }) {
        const { resource: arn } = call;
        call.authorize(arn, { resourceAccount: accountOf(arn) });
        functions.find(arn);
        return jsonReply(describeFunction(arn, inventory.deployed.functions.get(arn), inventory.deployedAt));
      },
    }),
    InvokeFunction: invokeFunction,
    ListEventSourceMappings: operation({
      input: { properties: { EventSourceArn: FILLED, FunctionName: FUNCTION_NAME, ...PAGE } },
      action: 'lambda:ListEventSourceMappings',
      resource: everything,
      handle(call, { EventSourceArn, FunctionName, Marker, MaxItems }, { inventory, mappingResults }) {
        call.authorize('*');
        const functionArn = FunctionName && namedFunction({ FunctionName }, call);
        const wanted = mappingsOf(call, inventory).filter(
          (mapping) =>
            (EventSourceArn === undefined || sourceOf(mapping) === EventSourceArn) &&
            (functionArn === undefined || mapping.functionArn === functionArn),
        );
        const { items, next } = pageOf(wanted, sizeOf(MAPPINGS_A_PAGE, MaxItems), Marker, invalidMarker);
        return jsonReply({
          EventSourceMappings: items.map((mapping) =>
            describeMapping(mapping, mappingResults.of(mapping.id), inventory.deployedAt),
          ),
          ...(next !== undefined && { NextMarker: next }),
        });
      },
    }),
    ListFunctions: operation({
      input: { properties: PAGE },
      action: 'lambda:ListFunctions',
      resource: everything,
      handle(call, { Marker, MaxItems }, { functions, inventory }) {
        call.authorize('*');
        const own = targetFunctionsOf(functions.arns())
          .filter(({ arn }) => isOf(call, { account: accountOf(arn), region: functionFromArn(arn).region }))
          .toSorted((a, b) => (a.name < b.name ? -1 : 1));
        const { items, next } = pageOf(own, sizeOf(FUNCTIONS_A_PAGE, MaxItems), Marker, invalidMarker);
        return jsonReply({
          Functions: items.map(({ arn }) =>
            describeFunction(arn, inventory.deployed.functions.get(arn), inventory.deployedAt),
          ),
          ...(next !== undefined && { NextMarker: next }),
        });
      },
    }),
  },
};

type Mapping = DeployedMapping | DeployedQueueMapping;

function sourceOf(mapping: Mapping): string {
  return 'queueArn' in mapping ? mapping.queueArn : mapping.eventSourceArn;
}

/** The mappings of functions of the caller's account and region. */
function mappingsOf(call: Call, { deployed }: Inventory): Mapping[] {
  const all: Mapping[] = [...deployed.mappings, ...deployed.queueMappings];
  return all.filter(({ functionArn }) => isOf(call, functionFromArn(functionArn)));
}

function isOf({ principal, region }: Call, place: { account: string; region: string }): boolean {
  return place.account === principal.account && place.region === region;
}

function invalidMarker(marker: string): AwsError {
  return new AwsError('InvalidParameterValueException', `Invalid pagination token: ${marker}`);
}

function sizeOf(most: number, asked: string | undefined): number {
  return Math.min(most, Number(asked ?? most));
}

function notFound(message: string): AwsError {
  return new AwsError('ResourceNotFoundException', message, 404);
}
