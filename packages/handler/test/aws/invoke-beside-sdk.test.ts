import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import type { HttpRequest } from '@smithy/types';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { createInvoke, type Invoke, type InvokeRequest } from '../../src/aws/invoke.ts';
import { payload, roleCredentials } from '../factories.ts';
import { functionError, type ReceivedRequest, type Reply, serviceError, startServer } from '../servers.ts';

/** Everything that the SDK's client does in a call, the handler's own does too: both get the same answers here. */
const ARN = 'arn:aws:lambda:us-west-2:222222222222:function:reader';
const { signal } = new AbortController();

let server: Awaited<ReturnType<typeof startServer>>;
let answer: (request: ReceivedRequest) => Reply;
let requests: ReceivedRequest[];
const requestHandler = new NodeHttpHandler();

beforeAll(async () => {
  server = await startServer((request) => {
    requests.push(request);
    return answer(request);
  });
});
afterAll(() => {
  requestHandler.destroy();
  return server.close();
});
beforeEach(() => {
  requests = [];
  answer = () => ({ status: 202 });
  vi.stubEnv('AWS_REGION', 'us-west-2');
  vi.stubEnv('AWS_ENDPOINT_URL_LAMBDA', server.url);
});
afterEach(() => void vi.unstubAllEnvs());

const own = (options: Partial<InvokeRequest> = {}, invoke: Invoke = createInvoke({ requestHandler })) =>
  invoke({
    functionArn: ARN,
    region: 'us-west-2',
    invocation: 'event',
    payload: payload(),
    credentials: roleCredentials('role'),
    signal,
    ...options,
  });

const clientOf = (region = 'us-west-2') =>
  new LambdaClient({ region, credentials: roleCredentials('role'), maxAttempts: 1 });

function bySdk(options: Partial<InvokeRequest> = {}, client = clientOf(options.region)) {
  const { functionArn = ARN, invocation = 'event', payload: sent = payload() } = options;
  return client.send(
    new InvokeCommand({
      FunctionName: functionArn,
      InvocationType: invocation === 'event' ? 'Event' : 'RequestResponse',
      Payload: sent.body,
    }),
  );
}

describe('a request', () => {
  test.for([
    { functionArn: ARN },
    { functionArn: `${ARN}:live` },
    { functionArn: `${ARN}:$LATEST` },
    { functionArn: `${ARN}_-9` },
    { invocation: 'request-response' },
    { payload: payload('{"Records":[{"key":"ключ"}]}') },
  ] as const satisfies Partial<InvokeRequest>[])('is the same as that of the SDK for %j', async (options) => {
    await own(options);
    await bySdk(options);

    const [mine, sdks] = requests;
    expect([mine?.method, mine?.path, mine?.body]).toEqual([sdks?.method, sdks?.path, sdks?.body]);
    // What tells AWS of the SDK, and of its retries; what differs by the second.
    const left = /^(x-amz-user-agent|user-agent|amz-sdk-.*|authorization|x-amz-date)$/;
    const comparable = (headers: object = {}) =>
      Object.fromEntries(Object.entries(headers).filter(([name]) => !left.test(name)));
    expect(comparable(mine?.headers)).toEqual(comparable(sdks?.headers));
  });

  test.for(
    ['us-east-1', 'eu-central-2', 'us-gov-west-1', 'cn-north-1', 'eusc-de-east-1', 'us-iso-east-1'].flatMap(
      (region) => [
        { region, fips: 'false', dualStack: 'false' },
        { region, fips: 'true', dualStack: 'false' },
        { region, fips: 'false', dualStack: 'true' },
        { region, fips: 'true', dualStack: 'true' },
      ],
    ),
  )('goes where that of the SDK goes: %j', async ({ region, fips, dualStack }) => {
    vi.stubEnv('AWS_ENDPOINT_URL_LAMBDA', undefined);
    vi.stubEnv('AWS_USE_FIPS_ENDPOINT', fips);
    vi.stubEnv('AWS_USE_DUALSTACK_ENDPOINT', dualStack);
    const sent: HttpRequest[] = [];
    const handle = async (request: HttpRequest) => {
      sent.push(request);
      throw new Error('seen');
    };
    const placeOf = ({ protocol, hostname, port, path, headers }: HttpRequest) => ({
      protocol,
      hostname,
      port,
      path,
      host: headers.host,
    });
    const client = new LambdaClient({
      region,
      credentials: roleCredentials('role'),
      maxAttempts: 1,
      requestHandler: { handle } as never,
    });

    const mine = await own({ region }, createInvoke({ requestHandler: { handle } as never })).catch(String);
    const sdks = await bySdk({ region }, client).catch(String);

    // Not every partition has every kind of endpoint; then both say so.
    if (sent.length > 0) expect([mine, sent.length]).toEqual(['Error: seen', 2]);
    expect(mine).toBe(sdks);
    expect(sent.slice(0, 1).map(placeOf)).toEqual(sent.slice(1).map(placeOf));
  });
});

describe('an answer', () => {
  test.for([
    ['of an event', 'event', { status: 202 }],
    ['without a result', 'request-response', { status: 200 }],
    ['with a result', 'request-response', { status: 200, body: '{"batchItemFailures":[],"ключ":1}' }],
    ['of a function that failed', 'request-response', functionError('TypeError', 'boom')],
  ] as const)('%s is read as the SDK reads it', async ([, invocation, reply]) => {
    answer = () => reply;
    const mine = await own({ invocation });
    const sdks = await bySdk({ invocation });

    expect(mine.text).toBe(sdks.Payload?.transformToString() ?? '');
    expect(mine.functionError).toBe(sdks.FunctionError);
  });

  test('that ends too early rejects, as with the SDK', async () => {
    answer = () => ({ status: 200, headers: { 'content-length': '100' }, body: '{"batch', unfinished: true });
    const aborting = (work: (signal: AbortSignal) => Promise<unknown>) => {
      const controller = new AbortController();
      setTimeout(() => controller.abort(), 50);
      return work(controller.signal).then(
        () => 'resolved',
        () => 'rejected',
      );
    };
    expect(await aborting((ending) => own({ invocation: 'request-response', signal: ending }))).toBe(
      'rejected',
    );
    const sdks = (ending: AbortSignal) =>
      clientOf().send(new InvokeCommand({ FunctionName: ARN }), { abortSignal: ending });
    expect(await aborting(sdks)).toBe('rejected');
  });
});

/** https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html#API_Invoke_Errors, and what every service may answer */
const ERRORS = [
  ['CallbackTimeoutException', 400],
  ['DurableExecutionAlreadyStartedException', 409],
  ['EC2AccessDeniedException', 502],
  ['EC2ThrottledException', 502],
  ['EC2UnexpectedException', 502],
  ['EFSIOException', 410],
  ['EFSMountConnectivityException', 408],
  ['EFSMountFailureException', 403],
  ['EFSMountTimeoutException', 408],
  ['ENILimitReachedException', 502],
  ['InvalidParameterValueException', 400],
  ['InvalidRequestContentException', 400],
  ['InvalidRuntimeException', 502],
  ['InvalidSecurityGroupIDException', 502],
  ['InvalidSubnetIDException', 502],
  ['InvalidZipFileException', 502],
  ['KMSAccessDeniedException', 502],
  ['KMSDisabledException', 502],
  ['KMSInvalidStateException', 502],
  ['KMSNotFoundException', 502],
  ['NoPublishedVersionException', 400],
  ['RecursiveInvocationException', 400],
  ['RequestTooLargeException', 413],
  ['ResourceConflictException', 409],
  ['ResourceNotFoundException', 404],
  ['ResourceNotReadyException', 502],
  ['SerializedRequestEntityTooLargeException', 413],
  ['ServiceException', 500],
  ['SnapStartException', 400],
  ['SnapStartNotReadyException', 409],
  ['SnapStartTimeoutException', 408],
  ['SubnetIPAddressLimitReachedException', 502],
  ['TooManyRequestsException', 429],
  ['UnsupportedMediaTypeException', 415],
  ['AccessDeniedException', 403],
  ['ExpiredTokenException', 403],
  ['UnrecognizedClientException', 403],
  ['ThrottlingException', 400],
  ['NobodyKnowsThisException', 418],
] as const;

describe('an error', () => {
  const factsOf = (error: unknown) => {
    const { name, message, $metadata, $fault, $service, ...rest } = error as Error & Record<string, unknown>;
    const { $response: _, ...fields } = rest;
    const { httpStatusCode, requestId, clockSkewCorrected } = Object($metadata);
    // The SDK adds how to look into its own object.
    const [said = ''] = message.split('\n  Deserialization error: ');
    return {
      name,
      message: said,
      $fault,
      $service,
      httpStatusCode,
      requestId,
      clockSkewCorrected,
      ...fields,
    };
  };
  const bothFail = async () =>
    Promise.all([own(), bySdk()].map((call) => call.then(() => 'resolved', factsOf)));

  test.for(ERRORS)('called %s with the status %i is that of the SDK', async ([name, status]) => {
    const { headers, body = '', ...reply } = serviceError(status, name, 'why');
    answer = () => ({
      ...reply,
      headers: { ...headers, 'x-amzn-requestid': 'request-7', 'retry-after': '3' },
      body: JSON.stringify({
        ...JSON.parse(body),
        Type: 'User',
        Reason: 'ReservedFunctionConcurrentInvocationLimitExceeded',
      }),
    });
    const [mine, sdks] = await bothFail();

    expect(mine).toEqual(sdks);
    expect(mine).toMatchObject({ name, message: 'why', httpStatusCode: status, requestId: 'request-7' });
  });

  test.for([
    ['no body', { status: 500 }],
    [
      'a page of a proxy',
      { status: 502, headers: { 'content-type': 'text/html' }, body: '<html>Bad gateway</html>' },
    ],
    [
      'only a header',
      { status: 403, headers: { 'x-amzn-errortype': 'AccessDeniedException:http://internal/' } },
    ],
    ['a choice', { status: 300 }],
    ['a redirect', { status: 301, headers: { location: 'https://elsewhere' } }],
  ] as const)('with %s is that of the SDK', async ([, reply]) => {
    answer = () => reply;
    const [mine, sdks] = await bothFail();

    expect(mine).toEqual(sdks);
  });

  test('of the network has the name that the SDK gives it, and no status', async () => {
    answer = () => ({ status: 0 });
    const [mine, sdks] = await bothFail();

    expect(mine).toMatchObject({ httpStatusCode: undefined, name: Object(sdks).name });
  });

  test('of a clock that is wrong corrects it for the next call, as with the SDK', async () => {
    const inAnHour = () => new Date(Date.now() + 3_600_000).toUTCString();
    const skewed = (): Reply => ({
      ...serviceError(403, 'InvalidSignatureException', 'Signature expired'),
      headers: { 'x-amzn-errortype': 'InvalidSignatureException', date: inAnHour() },
    });
    const hourOf = ({ headers }: ReceivedRequest) => String(headers['x-amz-date']).slice(0, 11);
    const invoke = createInvoke({ requestHandler });
    const client = clientOf();
    const failures: unknown[] = [];
    for (const call of [() => own({}, invoke), () => bySdk({}, client)]) {
      answer = skewed;
      failures.push(await call().catch(factsOf));
      answer = () => ({ status: 202 });
      await call();
    }
    const [mine, sdks] = failures;
    expect(mine).toMatchObject({ name: 'InvalidSignatureException', clockSkewCorrected: true });
    expect(sdks).toMatchObject({ name: 'InvalidSignatureException' });
    const [first, second, third, fourth] = requests.map(hourOf);
    expect(second).not.toBe(first);
    expect([first, second]).toEqual([third, fourth]);
  });
});
