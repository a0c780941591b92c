import {
  DescribeParametersCommand,
  GetParameterCommand,
  GetParametersByPathCommand,
  type GetParametersByPathCommandInput,
  type GetParametersByPathCommandOutput,
  GetParametersCommand,
  SSMClient,
} from '@aws-sdk/client-ssm';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Principal } from '../../../src/iam/principal.ts';
import { allow, policy, REGION, roleSession, SOURCE, steppedClock, TARGET, user } from '../../factories.ts';
import { type Endpoint, startServices } from '../../start-services.ts';

const READ_ALL = policy(allow('ssm:GetParameter*', '*'));
const ann = user(SOURCE, READ_ALL);
const arnOf = (name: string) => `arn:aws:ssm:${REGION}:${SOURCE}:parameter${name}`;

let endpoint: Endpoint;

beforeAll(async () => {
  const parameter = (name: string, part: object = {}) => ({
    account: SOURCE,
    region: REGION,
    name,
    value: `value of ${name}`,
    ...part,
  });
  endpoint = await startServices({
    parameters: [
      parameter('plain'),
      parameter('/xacct/default/kinesis/orders/1'),
      parameter('/xacct/default/kinesis/orders'),
      parameter('/xacct/default/kinesis/payments'),
      parameter('/xacct/default-not'),
      parameter('/xacct/elsewhere', { region: 'eu-west-1' }),
      parameter('/xacct/default/kinesis/theirs', { account: TARGET }),
      ...Array.from({ length: 12 }, (_, index) => parameter(`/many/${String(index).padStart(2, '0')}`)),
    ],
  });
});

afterAll(() => endpoint.stop());

const as = (caller: Principal, region?: string) => new SSMClient(endpoint.as(caller, region));

describe('GetParameter', () => {
  test('gives the parameter', async () => {
    const Name = '/xacct/default/kinesis/orders';
    const { Parameter } = await as(ann).send(new GetParameterCommand({ Name }));
    expect(Parameter).toEqual({
      ARN: arnOf(Name),
      DataType: 'text',
      LastModifiedDate: expect.any(Date),
      Name,
      Type: 'String',
      Value: `value of ${Name}`,
      Version: 1,
    });
  });

  test('puts a slash before the name in the ARN when it has none', async () => {
    const { Parameter } = await as(ann).send(new GetParameterCommand({ Name: 'plain' }));
    expect(Parameter?.ARN).toBe(arnOf('/plain'));
  });

  test.each([
    ['is not there', ann, undefined, '/xacct/other'],
    ['is in another region', ann, REGION, '/xacct/elsewhere'],
    ["is another account's", user(TARGET, READ_ALL), REGION, '/xacct/default/kinesis/orders'],
  ])('does not find a parameter that %s', async (_, caller, region, Name) => {
    await expect(as(caller, region).send(new GetParameterCommand({ Name }))).rejects.toMatchObject({
      name: 'ParameterNotFound',
    });
  });

  test('reads from the region of the request', async () => {
    const { Parameter } = await as(ann, 'eu-west-1').send(
      new GetParameterCommand({ Name: '/xacct/elsewhere' }),
    );
    expect(Parameter?.Value).toBe('value of /xacct/elsewhere');
  });

  test('refuses a request without a name', async () => {
    await expect(as(ann).send(new GetParameterCommand({ Name: '' }))).rejects.toMatchObject({
      name: 'ValidationException',
      message: "Value null at 'Name' failed to satisfy constraint: Member must not be null",
    });
  });

  test('denies what the policies do not allow, in words of AWS', async () => {
    const forwarder = roleSession(
      SOURCE,
      'forwarder',
      policy(allow('ssm:GetParameter', arnOf('/xacct/default/*'))),
    );
    const allowed = new GetParameterCommand({ Name: '/xacct/default/kinesis/orders' });
    expect((await as(forwarder).send(allowed)).Parameter).toBeDefined();
    await expect(as(forwarder).send(new GetParameterCommand({ Name: 'plain' }))).rejects.toMatchObject({
      name: 'AccessDeniedException',
      message: expect.stringContaining(
        `User: ${forwarder.arn} is not authorized to perform: ssm:GetParameter on resource: ${arnOf('/plain')} because`,
      ),
      $metadata: expect.objectContaining({ httpStatusCode: 400 }),
    });
  });
});

describe('GetParameters', () => {
  test('gives the parameters that are there, and names the others', async () => {
    const Names = ['/many/01', '/none', 'plain', '/xacct/elsewhere'];
    const { Parameters, InvalidParameters } = await as(ann).send(new GetParametersCommand({ Names }));
    expect(Parameters?.map(({ Name }) => Name)).toEqual(['/many/01', 'plain']);
    expect(InvalidParameters).toEqual(['/none', '/xacct/elsewhere']);
  });

  test.each([0, 11])('refuses %d names', async (length) => {
    const Names = Array.from({ length }, (_, index) => `/many/${index}`);
    await expect(as(ann).send(new GetParametersCommand({ Names }))).rejects.toMatchObject({
      name: 'ValidationException',
      message: expect.stringContaining(`between 1 and 10, got ${length}`),
    });
  });

  test('denies all when one name is denied', async () => {
    const caller = user(SOURCE, policy(allow('ssm:GetParameters', arnOf('/many/*'))));
    const get = (...Names: string[]) => as(caller).send(new GetParametersCommand({ Names }));
    expect((await get('/many/01', '/many/02')).Parameters).toHaveLength(2);
    await expect(get('/many/01', 'plain')).rejects.toMatchObject({
      name: 'AccessDeniedException',
      message: expect.stringContaining(arnOf('/plain')),
    });
  });
});

describe('GetParametersByPath', () => {
  async function names(input: GetParametersByPathCommandInput, caller = ann): Promise<string[]> {
    const { Parameters = [] } = await as(caller).send(new GetParametersByPathCommand(input));
    return Parameters.map(({ Name = '' }) => Name);
  }

  test('gives the parameters right below a path, or all below it', async () => {
    const Path = '/xacct/default/kinesis';
    const below = ['/xacct/default/kinesis/orders', '/xacct/default/kinesis/payments'];
    expect(await names({ Path })).toEqual(below);
    expect(await names({ Path: `${Path}/` })).toEqual(below);
    expect(await names({ Path, Recursive: true })).toEqual([
      '/xacct/default/kinesis/orders',
      '/xacct/default/kinesis/orders/1',
      '/xacct/default/kinesis/payments',
    ]);
    expect(await names({ Path: '/xacct/default' })).toEqual([]);
    expect(await names({ Path: '/xacct/defaul', Recursive: true })).toEqual([]);
  });

  test.each([
    [5, [5, 5, 2]],
    [6, [6, 6]],
  ])('gives pages of %d, the last without a token', async (MaxResults, expected) => {
    const pages: number[] = [];
    const seen: (string | undefined)[] = [];
    let NextToken: string | undefined;
    do {
      const page: GetParametersByPathCommandOutput = await as(ann).send(
        new GetParametersByPathCommand({ Path: '/many', MaxResults, ...(NextToken && { NextToken }) }),
      );
      pages.push(page.Parameters?.length ?? 0);
      seen.push(...(page.Parameters ?? []).map(({ Name }) => Name));
      ({ NextToken } = page);
    } while (NextToken !== undefined);
    expect(pages).toEqual(expected);
    expect(seen).toEqual(Array.from({ length: 12 }, (_, index) => `/many/${String(index).padStart(2, '0')}`));
    expect(await names({ Path: '/many' })).toHaveLength(10);
  });

  test.each([
    ['a page of none', { Path: '/many', MaxResults: 0 }, 'ValidationException'],
    ['a page of eleven', { Path: '/many', MaxResults: 11 }, 'ValidationException'],
    ['a path without a slash', { Path: 'many' }, 'ValidationException'],
    ['no path', { Path: undefined }, 'ValidationException'],
    ['a token of its own making', { Path: '/many', NextToken: 'abc' }, 'InvalidNextToken'],
    ['a token past the end', { Path: '/many', NextToken: '12' }, 'InvalidNextToken'],
  ])('refuses %s', async (_, input, name) => {
    await expect(names(input)).rejects.toMatchObject({ name });
  });

  test('asks for permission on the path', async () => {
    const caller = user(SOURCE, policy(allow('ssm:GetParametersByPath', arnOf('/xacct/default'))));
    expect(await names({ Path: '/xacct/default', Recursive: true }, caller)).toHaveLength(3);
    await expect(names({ Path: '/many' }, caller)).rejects.toMatchObject({
      name: 'AccessDeniedException',
      message: expect.stringContaining(`ssm:GetParametersByPath on resource: ${arnOf('/many')} because`),
    });
    await expect(names({ Path: '/' }, caller)).rejects.toMatchObject({
      message: expect.stringContaining(`on resource: ${arnOf('/*')} because`),
    });
  });
});

describe('the rate of SSM', () => {
  test('is 40 reads a second for an account and region, over all callers', async () => {
    const clock = steppedClock(Date.now());
    const slow = await startServices({
      parameters: [{ account: SOURCE, region: REGION, name: '/a', value: 'b' }],
      clock,
    });
    const readers = [user(SOURCE, READ_ALL), user(SOURCE, READ_ALL)].map(
      (one) => new SSMClient(slow.as(one)),
    );
    const read = (index: number) =>
      readers[index % 2]?.send(new GetParameterCommand({ Name: '/a' })).then(
        () => 'read',
        ({ name }: Error) => name,
      );
    const answers = await Promise.all(Array.from({ length: 45 }, (_, index) => read(index)));
    expect(answers.filter((answer) => answer === 'read')).toHaveLength(40);
    expect(answers.filter((answer) => answer === 'ThrottlingException')).toHaveLength(5);
    clock.advance(1_000);
    expect(await read(0)).toBe('read');
    for (const reader of readers) reader.destroy();
    await slow.stop();
  });
});

describe('createSsm', () => {
  test('refuses an unknown operation', async () => {
    await expect(as(ann).send(new DescribeParametersCommand({}))).rejects.toMatchObject({
      name: 'UnknownOperationException',
      message: 'The local AWS does not know this operation of ssm',
    });
  });
});
