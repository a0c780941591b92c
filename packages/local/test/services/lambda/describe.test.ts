import {
  GetAccountSettingsCommand,
  GetEventSourceMappingCommand,
  GetFunctionConfigurationCommand,
  InvokeCommand,
  LambdaClient,
  ListEventSourceMappingsCommand,
  ListFunctionsCommand,
  paginateListFunctions,
} from '@aws-sdk/client-lambda';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { DeployedFunction } from '../../../src/assembly/deployed.ts';
import type { Principal } from '../../../src/iam/principal.ts';
import type { FunctionRuntime } from '../../../src/services/lambda/invocation.ts';
import {
  allow,
  deployedMapping,
  deployedQueueMapping,
  policy,
  REGION,
  SOURCE,
  TARGET,
  user,
} from '../../factories.ts';
import { type Endpoint, startServices } from '../../start-services.ts';

const ann = user(SOURCE, policy(allow('lambda:*', '*')));
const arnOf = (name: string, account = SOURCE) => `arn:aws:lambda:${REGION}:${account}:function:${name}`;

/** Nothing here may run it. */
const notRun: FunctionRuntime = {
  invoke: async () => {
    throw new Error('It ran');
  },
  stop: async () => {},
};

const FORWARDER: DeployedFunction = {
  arn: arnOf('forwarder'),
  name: 'forwarder',
  account: SOURCE,
  region: REGION,
  roleArn: `arn:aws:iam::${SOURCE}:role/forwarder`,
  runtime: 'nodejs24.x',
  handler: 'index.handler',
  codeKey: 'abc.zip',
  codeFolder: '/code',
  environment: { NAME: 'xacct' },
  memoryMB: 512,
  timeoutSeconds: 60,
  logGroup: '/xacct/forwarder',
  reservedConcurrency: 20,
  recursiveLoop: 'Terminate',
};
const STREAM_MAPPING = deployedMapping({
  filters: [{ data: { kind: ['order'] } }],
  onFailure: { service: 's3', bucket: 'failures' },
  countsEvents: true,
});
const QUEUE_MAPPING = deployedQueueMapping({ maximumConcurrency: 4, enabled: false });

let endpoint: Endpoint;
const clientOf = (caller: Principal) => new LambdaClient(endpoint.as(caller));

beforeAll(async () => {
  const others = Array.from({ length: 60 }, (_, index) => arnOf(`reader-${index}`, TARGET));
  endpoint = await startServices({
    functions: Object.fromEntries(
      [FORWARDER.arn, arnOf('reader'), `${arnOf('reader')}:live`, ...others].map((arn) => [arn, notRun]),
    ),
  });
  const deployed = {
    functions: new Map([[FORWARDER.arn, FORWARDER]]),
    mappings: [STREAM_MAPPING],
    queueMappings: [QUEUE_MAPPING],
  };
  endpoint.inventory.deploy({ stacks: [], deployed });
});

afterAll(() => endpoint.stop());

describe('ListFunctions', () => {
  test("lists each function of the caller's account once, deployed or not", async () => {
    const { Functions = [] } = await clientOf(ann).send(new ListFunctionsCommand({}));
    expect(Functions.map(({ FunctionArn }) => FunctionArn)).toEqual([FORWARDER.arn, arnOf('reader')]);
    expect(Functions[0]).toMatchObject({ Runtime: 'nodejs24.x', MemorySize: 512, Timeout: 60 });
  });

  test('comes in pages', async () => {
    const client = clientOf(user(TARGET, policy(allow('lambda:ListFunctions', '*'))));
    const sizes = async (MaxItems?: number) => {
      const found: number[] = [];
      for await (const { Functions = [] } of paginateListFunctions({ client }, { MaxItems }))
        found.push(Functions.length);
      return found;
    };
    expect(await sizes()).toEqual([50, 10]);
    expect(await sizes(25)).toEqual([25, 25, 10]);
  });
});

describe('GetFunctionConfiguration', () => {
  test('describes a function by its name', async () => {
    const found = await clientOf(ann).send(
      new GetFunctionConfigurationCommand({ FunctionName: 'forwarder' }),
    );
    expect(found).toMatchObject({
      FunctionArn: FORWARDER.arn,
      Role: FORWARDER.roleArn,
      Handler: 'index.handler',
      State: 'Active',
      LastUpdateStatus: 'Successful',
      Environment: { Variables: { NAME: 'xacct' } },
      LoggingConfig: { LogGroup: '/xacct/forwarder' },
    });
  });

  test('knows the aliases of a function, and no others', async () => {
    const client = clientOf(ann);
    const configuration = (FunctionName: string) =>
      client.send(new GetFunctionConfigurationCommand({ FunctionName }));
    expect(await configuration('reader:live')).toMatchObject({ FunctionName: 'reader', Version: 'live' });
    for (const gone of ['reader:gone', 'gone'])
      await expect(configuration(gone)).rejects.toMatchObject({
        name: 'ResourceNotFoundException',
        message: `Function not found: ${arnOf(gone)}`,
        $metadata: expect.objectContaining({ httpStatusCode: 404 }),
      });
  });
});

describe('event source mappings', () => {
  const list = (input: ConstructorParameters<typeof ListEventSourceMappingsCommand>[0] = {}) =>
    clientOf(ann)
      .send(new ListEventSourceMappingsCommand(input))
      .then(({ EventSourceMappings = [] }) => EventSourceMappings.map(({ UUID }) => UUID));

  test('are listed, by their source and by their function', async () => {
    expect(await list()).toEqual([STREAM_MAPPING.id, QUEUE_MAPPING.id]);
    expect(await list({ EventSourceArn: QUEUE_MAPPING.queueArn })).toEqual([QUEUE_MAPPING.id]);
    expect(await list({ FunctionName: 'forwarder' })).toEqual([STREAM_MAPPING.id, QUEUE_MAPPING.id]);
    expect(await list({ FunctionName: 'reader' })).toEqual([]);
  });

  test('are described with their settings, their state and their last result', async () => {
    const get = (UUID: string) => clientOf(ann).send(new GetEventSourceMappingCommand({ UUID }));
    expect(await get(STREAM_MAPPING.id)).toMatchObject({
      EventSourceArn: STREAM_MAPPING.streamArn,
      FunctionArn: STREAM_MAPPING.functionArn,
      State: 'Enabled',
      LastProcessingResult: 'No records processed',
      LastModified: expect.any(Date),
      BatchSize: 100,
      ParallelizationFactor: 1,
      DestinationConfig: { OnFailure: { Destination: 'arn:aws:s3:::failures' } },
      FilterCriteria: { Filters: [{ Pattern: '{"data":{"kind":["order"]}}' }] },
      FunctionResponseTypes: ['ReportBatchItemFailures'],
      MetricsConfig: { Metrics: ['EventCount'] },
    });
    expect(await get(QUEUE_MAPPING.id)).toMatchObject({
      EventSourceArn: QUEUE_MAPPING.queueArn,
      State: 'Disabled',
      ScalingConfig: { MaximumConcurrency: 4 },
    });
  });

  test.each([
    ['what the function took', ['take'], 'OK'],
    ['what it did not take', ['take', 'refuse'], 'PROBLEM: Function call failed'],
    ['a source that cannot be read', ['take', 'fail'], 'PROBLEM: AccessDenied: no'],
    ['a source that can be read again', ['take', 'fail', 'read'], 'OK'],
  ])('report %s', async (_, steps, expected) => {
    const { mappingResults: results } = endpoint;
    const { id } = STREAM_MAPPING;
    for (const step of steps) {
      if (step === 'fail') results.failed(id, 'AccessDenied: no');
      else if (step === 'read') results.read(id);
      else results.processed(id, step === 'take');
    }
    const found = await clientOf(ann).send(new GetEventSourceMappingCommand({ UUID: id }));
    expect(found.LastProcessingResult).toBe(expected);
  });

  test('are not found by another ID, or from another account', async () => {
    const bob = user(TARGET, policy(allow('lambda:*', '*')));
    const missing = {
      name: 'ResourceNotFoundException',
      message: 'The resource you requested does not exist.',
    };
    await expect(
      clientOf(ann).send(new GetEventSourceMappingCommand({ UUID: 'gone' })),
    ).rejects.toMatchObject(missing);
    await expect(
      clientOf(bob).send(new GetEventSourceMappingCommand({ UUID: STREAM_MAPPING.id })),
    ).rejects.toMatchObject(missing);
  });
});

describe('GetAccountSettings', () => {
  test('subtracts what functions have reserved', async () => {
    const { AccountLimit, AccountUsage } = await clientOf(ann).send(new GetAccountSettingsCommand({}));
    expect(AccountLimit).toMatchObject({ ConcurrentExecutions: 1000, UnreservedConcurrentExecutions: 980 });
    expect(AccountUsage).toMatchObject({ FunctionCount: 1 });
  });
});

describe('permissions', () => {
  const nobody = user(SOURCE);
  test.each([
    ['lambda:GetAccountSettings', '*', new GetAccountSettingsCommand({})],
    [
      'lambda:GetEventSourceMapping',
      `arn:aws:lambda:${REGION}:${SOURCE}:event-source-mapping:a`,
      new GetEventSourceMappingCommand({ UUID: 'a' }),
    ],
    [
      'lambda:GetFunctionConfiguration',
      FORWARDER.arn,
      new GetFunctionConfigurationCommand({ FunctionName: 'forwarder' }),
    ],
    [
      'lambda:InvokeFunction',
      FORWARDER.arn,
      new InvokeCommand({ FunctionName: 'forwarder', InvocationType: 'DryRun' }),
    ],
    ['lambda:ListEventSourceMappings', '*', new ListEventSourceMappingsCommand({})],
    ['lambda:ListFunctions', '*', new ListFunctionsCommand({})],
  ])('%s is asked for on %s', async (action, resource, command) => {
    await expect(clientOf(nobody).send(command as ListFunctionsCommand)).rejects.toMatchObject({
      name: 'AccessDeniedException',
      message: expect.stringContaining(`is not authorized to perform: ${action} on resource: ${resource}`),
    });
  });

  test('a dry run checks the permission and the function, and runs nothing', async () => {
    const dryRun = (FunctionName: string) =>
      clientOf(ann).send(new InvokeCommand({ FunctionName, InvocationType: 'DryRun' }));
    expect((await dryRun('forwarder')).StatusCode).toBe(204);
    await expect(dryRun('gone')).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
  });
});
