import { createHash } from 'node:crypto';
import { partitionOf, writeArn } from '@xacct/core';
import type { Inventory, RunningStack } from '../../assembly/inventory.ts';
import { readTemplate } from '../../assembly/read-template.ts';
import { FILLED, type InputOf, type InputSchema, TEXT } from '../../endpoint/input.ts';
import { queryProtocol, querySigning } from '../../endpoint/query-protocol.ts';
import {
  type AuthorizedCall,
  type Call,
  type Operation,
  operation,
  type ServiceDefinition,
} from '../../endpoint/service.ts';
import type { XmlValue } from '../../endpoint/xml.ts';
import { AwsError } from '../../shared/aws-error.ts';
import { pageOf } from '../../shared/page.ts';

const RESOURCES_A_PAGE = 100;
const STACK = { properties: { StackName: FILLED, NextToken: TEXT }, required: ['StackName'] } as const;

/** An operation on the stack that the call names. */
function onStack(
  action: string,
  input: InputSchema & typeof STACK,
  handle: (call: AuthorizedCall, stack: RunningStack, input: InputOf<typeof STACK>) => unknown,
): Operation<Inventory> {
  return operation<Inventory, typeof STACK>({
    input,
    action: `cloudformation:${action}`,
    resource: ({ StackName }, caller) => patternOf(StackName, caller),
    handle(call, named, inventory) {
      const stack = find(inventory, call, named.StackName);
      call.authorize(stack === undefined ? call.resource : idOf(stack));
      if (stack === undefined) throw missing(named.StackName);
      return handle(call, stack, named);
    },
  });
}

/**
 * CloudFormation: describing the stacks that run.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_DescribeStacks.html
 */
export const cloudformation: ServiceDefinition<'cloudformation', Inventory> = {
  name: 'cloudformation',
  protocol: queryProtocol('http://cloudformation.amazonaws.com/doc/2010-05-15/'),
  signing: querySigning,
  accessDenied: { code: 'AccessDenied', status: 403 },
  operations: {
    DescribeStackResources: onStack('DescribeStackResources', STACK, (_, stack) => ({
      StackResources: { member: resourcesOf(stack).map((one) => ({ ...namesOf(stack), ...one })) },
    })),
    DescribeStacks: operation({
      input: { properties: STACK.properties },
      action: 'cloudformation:DescribeStacks',
      resource: ({ StackName = '*' }, caller) => patternOf(StackName, caller),
      handle(call, { StackName }, inventory) {
        const { principal, region } = call;
        if (StackName === undefined) {
          call.authorize(call.resource);
          const own = inventory.stacks.filter(
            (stack) => stack.account === principal.account && stack.region === region,
          );
          return { Stacks: { member: own.map(describe) } };
        }
        const stack = find(inventory, call, StackName);
        call.authorize(stack === undefined ? call.resource : idOf(stack));
        if (stack === undefined) throw missing(StackName);
        return { Stacks: { member: [describe(stack)] } };
      },
    }),
    GetTemplate: onStack(
      'GetTemplate',
      { ...STACK, properties: { ...STACK.properties, TemplateStage: { enum: ['Original', 'Processed'] } } },
      (_, { template }) => ({
        StagesAvailable: { member: ['Original', 'Processed'] },
        TemplateBody: JSON.stringify(template),
      }),
    ),
    ListStackResources: onStack('ListStackResources', STACK, (_, stack, { NextToken }) => {
      const page = pageOf(
        resourcesOf(stack),
        RESOURCES_A_PAGE,
        NextToken,
        (token) => new AwsError('ValidationError', `NextToken ${token} is not valid`),
      );
      return {
        StackResourceSummaries: {
          member: page.items.map(({ Timestamp, ...one }) => ({ ...one, LastUpdatedTimestamp: Timestamp })),
        },
        ...(page.next !== undefined && { NextToken: page.next }),
      };
    }),
  },
};

/** By name, or by ID. */
function find(
  { stacks }: Inventory,
  { principal, region }: Pick<Call, 'principal' | 'region'>,
  named: string,
): RunningStack | undefined {
  return stacks.find(
    (stack) =>
      stack.account === principal.account &&
      stack.region === region &&
      (stack.name === named || idOf(stack) === named),
  );
}

function missing(named: string): AwsError {
  return new AwsError('ValidationError', `Stack with id ${named} does not exist`);
}

/** The ARN pattern that IAM checks for a stack that does not exist: any ID of that name. */
function patternOf(named: string, { principal, region }: Pick<Call, 'principal' | 'region'>): string {
  if (named.startsWith('arn:')) return named;
  const place = { partition: partitionOf(region), account: principal.account, region };
  return writeArn('cloudformation', place, `stack/${named}/*`);
}

/** The ARN of a stack, which ends in a UUID. */
function idOf({ name, account, region, createdAt }: RunningStack): string {
  const hex = createHash('sha256').update(`${account} ${region} ${name} ${createdAt}`).digest('hex');
  const uuid = hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12}).*$/, '$1-$2-$3-$4-$5');
  return writeArn(
    'cloudformation',
    { partition: partitionOf(region), account, region },
    `stack/${name}/${uuid}`,
  );
}

function namesOf(stack: RunningStack) {
  return { StackName: stack.name, StackId: idOf(stack) };
}

function describe(stack: RunningStack): XmlValue {
  const { createdAt, updatedAt, tags = {}, isProtected = false, template } = stack;
  return {
    ...namesOf(stack),
    ...(typeof template.Description === 'string' && { Description: template.Description }),
    CreationTime: new Date(createdAt).toISOString(),
    ...(updatedAt !== undefined && { LastUpdatedTime: new Date(updatedAt).toISOString() }),
    StackStatus: statusOf(stack),
    DisableRollback: false,
    EnableTerminationProtection: isProtected,
    Capabilities: { member: ['CAPABILITY_NAMED_IAM'] },
    DriftInformation: { StackDriftStatus: 'NOT_CHECKED' },
    Tags: { member: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })) },
  };
}

function resourcesOf(stack: RunningStack) {
  const Timestamp = new Date(stack.updatedAt ?? stack.createdAt).toISOString();
  return readTemplate(stack).map(({ type, logicalId, physicalId }) => ({
    LogicalResourceId: logicalId,
    PhysicalResourceId: physicalId,
    ResourceType: type,
    Timestamp,
    ResourceStatus: statusOf(stack),
  }));
}

function statusOf({ updatedAt }: RunningStack): string {
  return updatedAt === undefined ? 'CREATE_COMPLETE' : 'UPDATE_COMPLETE';
}
