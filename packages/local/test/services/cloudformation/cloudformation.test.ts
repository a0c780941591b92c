import {
  CloudFormationClient,
  DescribeStackResourcesCommand,
  DescribeStacksCommand,
  GetTemplateCommand,
  ListStackResourcesCommand,
  paginateListStackResources,
} from '@aws-sdk/client-cloudformation';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { deploy } from '../../../src/assembly/deploy.ts';
import type { StackArtifact } from '../../../src/assembly/read-assembly.ts';
import type { Principal } from '../../../src/iam/principal.ts';
import { allow, policy, REGION, SOURCE, TARGET, user } from '../../factories.ts';
import { type Endpoint, startServices } from '../../start-services.ts';

const DESCRIBE_ALL = policy(allow('cloudformation:*', '*'));
const ann = user(SOURCE, DESCRIBE_ALL);
const TEMPLATE = {
  Description: 'Routes "orders"',
  Resources: {
    Queue: { Type: 'AWS::SQS::Queue', Properties: { QueueName: 'retry', SqsManagedSseEnabled: true } },
    Route: { Type: 'AWS::SSM::Parameter', Properties: { Name: '/a', Type: 'String', Value: '<1>' } },
  },
};
const ARN = new RegExp(`^arn:aws:cloudformation:${REGION}:${SOURCE}:stack/route-orders/[0-9a-f-]{36}$`);

let endpoint: Endpoint;
const clientOf = (caller: Principal, region?: string) =>
  new CloudFormationClient(endpoint.as(caller, region));

function stack(name: string, part: Partial<StackArtifact> = {}): StackArtifact {
  return { name, account: SOURCE, region: REGION, template: TEMPLATE, assets: new Map(), ...part };
}

function deployAll(...stacks: StackArtifact[]): void {
  endpoint.inventory.deploy({ stacks, deployed: deploy(stacks) });
}

const many = Object.fromEntries(
  Array.from({ length: 101 }, (_, index) => [
    `Parameter${index}`,
    { Type: 'AWS::SSM::Parameter', Properties: { Name: `/a/${index}`, Type: 'String', Value: 'a' } },
  ]),
);

beforeAll(async () => {
  endpoint = await startServices();
  deployAll(
    stack('route-orders', { tags: { 'xacct:name': 'xacct' }, isProtected: true }),
    stack('many', { template: { Resources: many } }),
    stack('target', { account: TARGET }),
    stack('elsewhere', { region: 'eu-west-1' }),
  );
});

afterAll(() => endpoint.stop());

describe('DescribeStacks', () => {
  test("describes the stacks of the caller's account and region", async () => {
    const { Stacks = [] } = await clientOf(ann).send(new DescribeStacksCommand({}));
    expect(Stacks.map(({ StackName }) => StackName)).toEqual(['route-orders', 'many']);
    expect(Stacks[0]).toMatchObject({
      StackId: expect.stringMatching(ARN),
      Description: 'Routes "orders"',
      StackStatus: 'CREATE_COMPLETE',
      CreationTime: expect.any(Date),
      EnableTerminationProtection: true,
      Tags: [{ Key: 'xacct:name', Value: 'xacct' }],
    });
    const { Stacks: others } = await clientOf(ann, 'eu-west-1').send(new DescribeStacksCommand({}));
    expect(others?.map(({ StackName }) => StackName)).toEqual(['elsewhere']);
  });

  test('finds a stack by its name and by its ID', async () => {
    const byName = await clientOf(ann).send(new DescribeStacksCommand({ StackName: 'route-orders' }));
    const StackName = byName.Stacks?.[0]?.StackId;
    expect((await clientOf(ann).send(new DescribeStacksCommand({ StackName }))).Stacks).toEqual(
      byName.Stacks,
    );
  });

  test('answers for a stack that is not there as AWS does, in XML that a client can read', async () => {
    await expect(clientOf(ann).send(new DescribeStacksCommand({ StackName: 'gone' }))).rejects.toMatchObject({
      name: 'ValidationError',
      message: 'Stack with id gone does not exist',
      $metadata: expect.objectContaining({ httpStatusCode: 400 }),
    });
  });

  test('says when a stack was updated, and only the one that has changed', async () => {
    const changed = { ...TEMPLATE, Description: 'Changed' };
    const own = await startServices();
    const client = new CloudFormationClient(own.as(ann));
    const run = (...stacks: StackArtifact[]) => own.inventory.deploy({ stacks, deployed: deploy(stacks) });
    run(stack('a'), stack('b'));
    run(stack('a', { template: changed }), stack('b'));
    const { Stacks } = await client.send(new DescribeStacksCommand({}));
    expect(Stacks?.map(({ StackStatus }) => StackStatus)).toEqual(['UPDATE_COMPLETE', 'CREATE_COMPLETE']);
    expect(Stacks?.map(({ LastUpdatedTime }) => LastUpdatedTime)).toEqual([expect.any(Date), undefined]);
    await own.stop();
  });

  test('denies a caller without the permission, on the stack that is named', async () => {
    const ofOne = user(
      SOURCE,
      policy(allow('cloudformation:DescribeStacks', `arn:aws:cloudformation:*:*:stack/route-orders/*`)),
    );
    await clientOf(ofOne).send(new DescribeStacksCommand({ StackName: 'route-orders' }));
    for (const input of [{}, { StackName: 'many' }, { StackName: 'gone' }])
      await expect(clientOf(ofOne).send(new DescribeStacksCommand(input))).rejects.toMatchObject({
        name: 'AccessDenied',
        message: expect.stringContaining(
          'is not authorized to perform: cloudformation:DescribeStacks on resource: arn:aws:cloudformation:',
        ),
        $metadata: expect.objectContaining({ httpStatusCode: 403 }),
      });
  });
});

describe('the resources of a stack', () => {
  const QUEUE = {
    LogicalResourceId: 'Queue',
    PhysicalResourceId: `https://sqs.${REGION}.amazonaws.com/${SOURCE}/retry`,
    ResourceType: 'AWS::SQS::Queue',
    ResourceStatus: 'CREATE_COMPLETE',
  };

  test('are listed with what Ref gives', async () => {
    const StackName = 'route-orders';
    const listed = await clientOf(ann).send(new ListStackResourcesCommand({ StackName }));
    expect(listed.StackResourceSummaries).toEqual([
      { ...QUEUE, LastUpdatedTimestamp: expect.any(Date) },
      expect.objectContaining({ LogicalResourceId: 'Route', PhysicalResourceId: '/a' }),
    ]);
    const described = await clientOf(ann).send(new DescribeStackResourcesCommand({ StackName }));
    expect(described.StackResources?.[0]).toMatchObject({ ...QUEUE, StackName, Timestamp: expect.any(Date) });
  });

  test('come in pages of a hundred', async () => {
    const sizes: number[] = [];
    for await (const { StackResourceSummaries } of paginateListStackResources(
      { client: clientOf(ann) },
      { StackName: 'many' },
    ))
      sizes.push(StackResourceSummaries?.length ?? 0);
    expect(sizes).toEqual([100, 1]);
  });

  test('are refused for a stack that is not there, and to a caller who may only describe it', async () => {
    await expect(
      clientOf(ann).send(new ListStackResourcesCommand({ StackName: 'gone' })),
    ).rejects.toMatchObject({ name: 'ValidationError' });
    const reader = user(SOURCE, policy(allow('cloudformation:DescribeStacks', '*')));
    for (const command of [
      new ListStackResourcesCommand({ StackName: 'many' }),
      new DescribeStackResourcesCommand({ StackName: 'many' }),
      new GetTemplateCommand({ StackName: 'many' }),
    ])
      await expect(clientOf(reader).send(command as ListStackResourcesCommand)).rejects.toMatchObject({
        name: 'AccessDenied',
      });
  });
});

describe('GetTemplate', () => {
  test('answers the template as it was deployed', async () => {
    const { TemplateBody } = await clientOf(ann).send(
      new GetTemplateCommand({ StackName: 'route-orders', TemplateStage: 'Original' }),
    );
    expect(JSON.parse(TemplateBody ?? '')).toEqual(TEMPLATE);
  });
});
