import { Readable } from 'node:stream';
import type { HttpRequest } from '@smithy/types';
import { describe, expect, test } from 'vitest';
import { createCallSqs } from '../../src/aws/call-sqs.ts';
import type { Answer, SignedCall } from '../../src/aws/send-signed.ts';
import { createSendSigned } from '../../src/aws/send-signed.ts';
import { expectedSignature, parseAuthorization } from '../sigv4.ts';

const QUEUE = 'https://sqs.us-west-2.amazonaws.com/111111111111/xacct-route-orders-retry';
const MESSAGE = { QueueUrl: QUEUE, MessageBody: 'ключ', MessageGroupId: 'reader', DelaySeconds: 5 };
const { signal } = new AbortController();

function setUp({
  endpoint,
  trace,
  answer = { status: 200, text: '{}' },
}: {
  endpoint?: string;
  trace?: string;
  answer?: Answer;
} = {}) {
  const calls: SignedCall[] = [];
  const callSqs = createCallSqs({
    endpoint,
    sendSigned: async (call) => {
      calls.push(call);
      return answer;
    },
    trace: () => trace,
  });
  return { callSqs, calls };
}

describe('createCallSqs', () => {
  test('calls an operation in the JSON protocol of SQS', async () => {
    const { callSqs, calls } = setUp({ answer: { status: 200, text: '{"MD5OfMessageBody":"abc"}' } });

    expect(await callSqs('SendMessage', MESSAGE, signal)).toEqual({ MD5OfMessageBody: 'abc' });
    const [{ body = '', ...call } = {}] = calls;
    expect(call).toEqual({
      service: 'sqs',
      method: 'POST',
      endpoint: { protocol: 'https:', hostname: 'sqs.us-west-2.amazonaws.com' },
      path: '/',
      headers: {
        'content-type': 'application/x-amz-json-1.0',
        'content-length': String(Buffer.byteLength(body)),
        'x-amz-target': 'AmazonSQS.SendMessage',
      },
    });
    expect(JSON.parse(body)).toEqual(MESSAGE);
  });

  test('calls another endpoint where one is set', async () => {
    const { callSqs, calls } = setUp({ endpoint: 'http://127.0.0.1:4566' });

    await callSqs('GetQueueAttributes', { QueueUrl: QUEUE, AttributeNames: ['RedrivePolicy'] }, signal);
    expect(calls[0]?.endpoint).toEqual({ protocol: 'http:', hostname: '127.0.0.1', port: 4566 });
    expect(calls[0]?.headers['x-amz-target']).toBe('AmazonSQS.GetQueueAttributes');
  });

  test.for([
    ['Root=1-5;Parent=53;Sampled=1;Lineage=1:a87bd80c:15', 'Root=1-5;Parent=53;Sampled=1'],
    ['Root=1-5;lineage=1:a87bd80c:15;Sampled=1', 'Root=1-5;Sampled=1'],
    ['Root=1-5;MyLineage=1:a87bd80c:15', 'Root=1-5;MyLineage=1:a87bd80c:15'],
  ] as const)('passes the trace %s on without its lineage', async ([trace, sent]) => {
    const { callSqs, calls } = setUp({ trace });

    await callSqs('SendMessage', MESSAGE, signal);
    expect(calls[0]?.headers['x-amzn-trace-id']).toBe(sent);
  });

  test.for([
    ['{"__type":"com.amazonaws.sqs#QueueDoesNotExist","message":"gone"}', 'QueueDoesNotExist', ': gone'],
    ['{"__type":"InvalidMessageContents"}', 'InvalidMessageContents', ''],
    ['{}', 'SQSServiceException', ''],
    ['null', 'SQSServiceException', ''],
    ['<html>', 'SQSServiceException', ''],
  ] as const)('rejects with the error that SQS names in %s', async ([text, name, message]) => {
    const { callSqs } = setUp({ answer: { status: 400, text } });

    const failure = await callSqs('SendMessage', MESSAGE, signal).catch((error: unknown) => error);
    expect(failure).toMatchObject({
      name,
      message: `SendMessage to ${QUEUE} failed with status 400${message}`,
    });
  });

  test('is signed for SQS, by all of its headers that matter', async () => {
    const requests: HttpRequest[] = [];
    const sendSigned = createSendSigned({
      region: 'us-west-2',
      credentials: async () => ({ accessKeyId: 'ASIA', secretAccessKey: 'secret', sessionToken: 'token' }),
      requestHandler: {
        handle: async (request) => {
          requests.push(request);
          return {
            response: { statusCode: 200, headers: {}, body: Readable.from([Buffer.from('{}')]) } as never,
          };
        },
      },
    });
    await createCallSqs({ sendSigned, trace: () => 'Root=1-5' })('SendMessage', MESSAGE, signal);

    const [request] = requests;
    if (request === undefined) throw new Error('Nothing was sent');
    const received = { ...request, body: Buffer.from(request.body) };
    expect(parseAuthorization(received)).toMatchObject({
      service: 'sqs',
      region: 'us-west-2',
      signedHeaders: [
        'content-type',
        'host',
        'x-amz-content-sha256',
        'x-amz-date',
        'x-amz-security-token',
        'x-amz-target',
      ],
      signature: expectedSignature(received, 'secret'),
    });
  });
});
