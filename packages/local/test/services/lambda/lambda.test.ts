import {
  InvokeCommand,
  type InvokeCommandInput,
  LambdaClient,
  ListLayersCommand,
} from '@aws-sdk/client-lambda';
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import type { Principal } from '../../../src/iam/principal.ts';
import type {
  FunctionRuntime,
  Invocation,
  InvocationResult,
} from '../../../src/services/lambda/invocation.ts';
import { AwsError } from '../../../src/shared/aws-error.ts';
import { allow, policy, REGION, roleSession, SOURCE, TARGET, user } from '../../factories.ts';
import { type Endpoint, startServices } from '../../start-services.ts';

const READER = `arn:aws:lambda:${REGION}:${TARGET}:function:reader`;
const INVOKE_ALL = policy(allow('lambda:InvokeFunction', '*'));
const ann = user(TARGET, INVOKE_ALL);

let endpoint: Endpoint;
let invocations: Invocation[];
let answer: () => InvocationResult;

const reader: FunctionRuntime = {
  async invoke(invocation) {
    invocations.push(invocation);
    return answer();
  },
  async stop() {},
};

beforeAll(async () => {
  endpoint = await startServices({
    functions: { [READER]: reader, [`${READER}:live`]: reader },
  });
});

beforeEach(() => {
  invocations = [];
  answer = () => ({ payload: '"done"' });
});

afterAll(() => endpoint.stop());

async function invoke(input: Partial<InvokeCommandInput> = {}, caller: Principal = ann) {
  const command = new InvokeCommand({ FunctionName: 'reader', ...input });
  const { StatusCode, Payload, FunctionError, ExecutedVersion } = await new LambdaClient(
    endpoint.as(caller),
  ).send(command);
  return { StatusCode, Payload: Payload?.transformToString(), FunctionError, ExecutedVersion };
}

/** A JSON text of this many bytes. */
const jsonOf = (bytes: number) => JSON.stringify('x'.repeat(bytes - 2));

describe('Invoke', () => {
  test('answers what the function returns', async () => {
    expect(await invoke({ Payload: '{"a":[1]}' })).toEqual({
      StatusCode: 200,
      Payload: '"done"',
      FunctionError: undefined,
      ExecutedVersion: '$LATEST',
    });
    expect(invocations).toEqual([
      {
        requestId: expect.any(String),
        invokedArn: READER,
        invocationType: 'RequestResponse',
        event: { a: [1] },
        traceHeader: expect.stringMatching(/Lineage=1:[0-9a-f]{8}:0$/),
      },
    ]);
  });

  test('stops a function that Invoke after Invoke passes its trace header on to', async () => {
    const again = () => {
      const caller = new LambdaClient(endpoint.as(ann));
      const header = invocations.at(-1)?.traceHeader;
      caller.middlewareStack.add(
        (next) => (args) => {
          const { headers } = args.request as { headers: Record<string, string> };
          if (header !== undefined) headers['X-Amzn-Trace-Id'] = header;
          return next(args);
        },
        { step: 'build' },
      );
      return caller.send(new InvokeCommand({ FunctionName: 'reader' }));
    };
    for (let count = 0; count < 16; count += 1) await again();
    await expect(again()).rejects.toMatchObject({
      name: 'RecursiveInvocationException',
      Type: 'User',
      message:
        "Lambda has detected your function being invoked in a recursive loop with other Amazon Web Services resources and stopped your function's invocation.",
      $metadata: expect.objectContaining({ httpStatusCode: 400 }),
    });
    expect(invocations).toHaveLength(16);
  });

  test.each([
    ['its name', { FunctionName: 'reader' }, READER],
    ['its ARN', { FunctionName: READER }, READER],
    ['account and name', { FunctionName: `${TARGET}:function:reader` }, READER],
    ['its name and an alias', { FunctionName: 'reader:live' }, `${READER}:live`],
    ['its ARN and an alias', { FunctionName: `${READER}:live` }, `${READER}:live`],
    ['a qualifier beside its name', { FunctionName: 'reader', Qualifier: 'live' }, `${READER}:live`],
    ['a qualifier beside its ARN', { FunctionName: READER, Qualifier: 'live' }, `${READER}:live`],
    ['the same alias twice', { FunctionName: 'reader:live', Qualifier: 'live' }, `${READER}:live`],
  ])('finds the function by %s', async (_, input, invokedArn) => {
    expect((await invoke(input)).StatusCode).toBe(200);
    expect(invocations.map((invocation) => invocation.invokedArn)).toEqual([invokedArn]);
  });

  test('queues an Event and answers 202 without a payload', async () => {
    expect(await invoke({ InvocationType: 'Event', Payload: '{"a":1}' })).toMatchObject({
      StatusCode: 202,
      Payload: undefined,
    });
    await vi.waitFor(() => expect(invocations).toHaveLength(1));
    expect(invocations[0]).toMatchObject({ invocationType: 'Event', event: { a: 1 } });
  });

  test('answers a DryRun with 204 and runs nothing', async () => {
    expect(await invoke({ InvocationType: 'DryRun' })).toMatchObject({ StatusCode: 204, Payload: undefined });
    expect(invocations).toEqual([]);
  });

  test('answers an error of the function as FunctionError, with status 200', async () => {
    answer = () => ({ payload: '{"errorMessage":"no"}', functionError: 'Unhandled' });
    expect(await invoke()).toMatchObject({
      StatusCode: 200,
      FunctionError: 'Unhandled',
      Payload: '{"errorMessage":"no"}',
    });
  });

  test('answers an error of Lambda by its name', async () => {
    answer = () => {
      throw new AwsError('TooManyRequestsException', 'Rate Exceeded.', 429, {
        reason: 'ConcurrentInvocationLimitExceeded',
        retryAfterSeconds: 1,
      });
    };
    await expect(invoke()).rejects.toMatchObject({
      name: 'TooManyRequestsException',
      message: 'Rate Exceeded.',
      Reason: 'ConcurrentInvocationLimitExceeded',
      Type: 'User',
      retryAfterSeconds: '1',
      $metadata: expect.objectContaining({ httpStatusCode: 429 }),
    });
  });

  test('takes no payload for an empty object', async () => {
    await invoke();
    expect(invocations[0]?.event).toEqual({});
  });

  test.each([
    ['Event', 1024 * 1024, 202],
    ['RequestResponse', 6 * 1024 * 1024, 200],
  ] as const)(
    'takes a payload up to the limit of %s, and no byte more',
    async (InvocationType, bytes, status) => {
      expect((await invoke({ InvocationType, Payload: jsonOf(bytes) })).StatusCode).toBe(status);
      await expect(invoke({ InvocationType, Payload: jsonOf(bytes + 1) })).rejects.toMatchObject({
        name: 'RequestTooLargeException',
        message: expect.stringContaining(`${bytes} bytes`),
        $metadata: expect.objectContaining({ httpStatusCode: 413 }),
      });
      await vi.waitFor(() => expect(invocations).toHaveLength(1));
    },
  );

  test.each(['RequestResponse', 'Event'] as const)(
    'refuses JSON that is broken, for %s',
    async (InvocationType) => {
      await expect(invoke({ InvocationType, Payload: '{"a":' })).rejects.toMatchObject({
        name: 'InvalidRequestContentException',
        message: expect.stringContaining('Could not parse request body into json'),
      });
      expect(invocations).toEqual([]);
    },
  );

  test.each(['RequestResponse', 'Event', 'DryRun'] as const)(
    'does not find a function, alias or version that is not there, for %s',
    async (InvocationType) => {
      for (const FunctionName of ['writer', 'reader:7']) {
        await expect(invoke({ InvocationType, FunctionName })).rejects.toMatchObject({
          name: 'ResourceNotFoundException',
          message: expect.stringContaining(`function:${FunctionName}`),
          $metadata: expect.objectContaining({ httpStatusCode: 404 }),
        });
      }
    },
  );

  test.each([
    ['a name that is none', { FunctionName: 'a b' }, 'ValidationException'],
    ['the ARN of something else', { FunctionName: 'arn:aws:s3:::bucket' }, 'ValidationException'],
    ['an unknown invocation type', { InvocationType: 'Later' as 'Event' }, 'InvalidParameterValueException'],
    ['two aliases', { FunctionName: 'reader:live', Qualifier: 'test' }, 'InvalidParameterValueException'],
    [
      'a function of another region',
      { FunctionName: READER.replace(REGION, 'eu-west-1') },
      'ResourceNotFoundException',
    ],
  ])('refuses %s', async (_, input, name) => {
    await expect(invoke(input)).rejects.toMatchObject({ name });
    expect(invocations).toEqual([]);
  });

  test('asks for permission on the function with its qualifier, in words of AWS', async () => {
    const route = roleSession(TARGET, 'orders', policy(allow('lambda:InvokeFunction', `${READER}:live`)));
    expect((await invoke({ Qualifier: 'live' }, route)).StatusCode).toBe(200);
    await expect(invoke({}, route)).rejects.toMatchObject({
      name: 'AccessDeniedException',
      message: `User: ${route.arn} is not authorized to perform: lambda:InvokeFunction on resource: ${READER} because no identity-based policy allows the lambda:InvokeFunction action`,
      $metadata: expect.objectContaining({ httpStatusCode: 403 }),
    });
  });

  test('denies a caller of another account', async () => {
    await expect(invoke({ FunctionName: READER }, user(SOURCE, INVOKE_ALL))).rejects.toMatchObject({
      name: 'AccessDeniedException',
      message: expect.stringContaining('no resource-based policy allows'),
    });
  });
});

describe('lambda', () => {
  test('refuses an operation that it does not know', async () => {
    await expect(new LambdaClient(endpoint.as(ann)).send(new ListLayersCommand({}))).rejects.toMatchObject({
      name: 'UnknownOperationException',
      message: 'The local AWS does not know this operation of lambda',
    });
  });
});
