import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { describe, expect, test } from 'vitest';
import { createSendSigned, endpointOf, type SignedCall } from '../../src/aws/send-signed.ts';
import { fakeClock } from '../factories.ts';

const CALL: SignedCall = {
  service: 'sqs',
  method: 'POST',
  endpoint: { protocol: 'http:', hostname: 'localhost', port: 4566 },
  path: '/',
  headers: {},
  body: 'ключ',
};

type Reply = { status: number; text?: string; date?: string } | Error;

/** Replies one after another, the last of them for ever. */
function setUp(...replies: [Reply, ...Reply[]]) {
  const clock = fakeClock({ skipUpToMs: 1_000 });
  let sent = 0;
  const dates: string[] = [];
  const draws = [0.25, 0.75];
  const sendSigned = createSendSigned({
    region: 'us-west-2',
    credentials: async () => ({ accessKeyId: 'ASIA', secretAccessKey: 'secret' }),
    requestHandler: {
      handle: async (request) => {
        dates.push(request.headers['x-amz-date'] ?? '');
        const reply = replies[Math.min(sent, replies.length - 1)] ?? replies[0];
        sent += 1;
        if (reply instanceof Error) throw reply;
        const { status, text = '', date } = reply;
        const headers = date === undefined ? {} : { date };
        // In parts, one of which ends within a character.
        const bytes = Buffer.from(text);
        const body = Readable.from([bytes.subarray(0, 1), bytes.subarray(1)], { objectMode: false });
        return { response: { statusCode: status, headers, body } as never };
      },
    },
    clock,
    random: () => draws.shift() ?? 0,
  });
  return { sendSigned, sent: () => sent, slept: clock.skipped, dates, now: () => clock.now() };
}

const { signal } = new AbortController();
const throttled = { status: 400, text: '{"__type":"com.amazonaws.sqs#RequestThrottled"}' };

describe('createSendSigned', () => {
  test('resolves with the status and the text of the answer', async () => {
    const { sendSigned, sent } = setUp({ status: 200, text: 'ключ' });

    expect(await sendSigned(CALL, signal)).toEqual({ status: 200, text: 'ключ' });
    expect(sent()).toBe(1);
  });

  test.for([
    [{ protocol: 'http:', hostname: 'localhost', port: 4566 }, 'localhost:4566'],
    [{ protocol: 'https:', hostname: 's3.example' }, 's3.example'],
  ] as const)('names the host of %j, signs the body, and waits for ten seconds', async ([endpoint, host]) => {
    const sent: unknown[] = [];
    const sendSigned = createSendSigned({
      region: 'us-west-2',
      credentials: async () => ({ accessKeyId: 'ASIA', secretAccessKey: 'secret' }),
      requestHandler: {
        handle: async (request, limits) => {
          sent.push(request, limits);
          return { response: { statusCode: 200, headers: {}, body: Readable.from([]) } as never };
        },
      },
    });
    await sendSigned({ ...CALL, endpoint, headers: { 'x-amz-target': 'target' } }, signal);

    expect(sent).toMatchObject([
      {
        ...endpoint,
        method: 'POST',
        path: '/',
        body: CALL.body,
        headers: {
          host,
          'x-amz-target': 'target',
          'x-amz-content-sha256': createHash('sha256').update(CALL.body).digest('hex'),
        },
      },
      { abortSignal: signal, requestTimeout: 10_000 },
    ]);
  });

  test.for([
    ['a status of 500', { status: 500 }],
    ['a status of 429', { status: 429 }],
    ['throttling', throttled],
    ['a connection that breaks', new Error('socket hang up')],
  ] as const)('tries again after %s', async ([, reply]) => {
    const { sendSigned, sent, slept } = setUp(reply, reply, { status: 200 });

    expect(await sendSigned(CALL, signal)).toEqual({ status: 200, text: '' });
    expect(sent()).toBe(3);
    expect(slept).toEqual([100, 600]);
  });

  test.for([
    ['denied', { status: 403, text: 'throttle' }],
    ['not found', { status: 404 }],
    ['a bad request', { status: 400, text: '{"__type":"InvalidMessageContents"}' }],
  ] as const)('does not try again what is %s', async ([, reply]) => {
    const { sendSigned, sent } = setUp(reply);

    expect(await sendSigned(CALL, signal)).toMatchObject(reply);
    expect(sent()).toBe(1);
  });

  test('signs with the time of the service once a refusal shows that the own clock is wrong', async () => {
    const date = 'Mon, 03 Nov 2031 10:00:00 GMT';
    const { sendSigned, sent, dates } = setUp({ status: 403, date }, { status: 200 });

    expect(await sendSigned(CALL, signal)).toEqual({ status: 200, text: '' });
    expect(dates[1]).toMatch(/^20311103T1000\d\dZ$/);
    await sendSigned(CALL, signal);
    expect([sent(), dates[2]]).toEqual([3, expect.stringMatching(/^20311103T1000/)]);
  });

  test('takes the time of a refusal with 400 as well, as services that speak JSON refuse', async () => {
    const date = 'Mon, 03 Nov 2031 10:00:00 GMT';
    const text = '{"__type":"InvalidSignatureException"}';
    const { sendSigned, dates } = setUp({ status: 400, text, date }, { status: 200 });

    expect(await sendSigned(CALL, signal)).toEqual({ status: 200, text: '' });
    expect(dates[1]).toMatch(/^20311103T1000\d\dZ$/);
  });

  test('does not take the time of an answer that is none of refusal', async () => {
    const { sendSigned, sent } = setUp({ status: 399, date: 'Mon, 03 Nov 2031 10:00:00 GMT' });

    expect(await sendSigned(CALL, signal)).toMatchObject({ status: 399 });
    expect(sent()).toBe(1);
  });

  test('corrects the time of each of several calls at once', async () => {
    const refused = { status: 403, date: 'Mon, 03 Nov 2031 10:00:00 GMT' };
    const { sendSigned, sent } = setUp(refused, refused, { status: 200 });

    const answers = await Promise.all([sendSigned(CALL, signal), sendSigned(CALL, signal)]);
    expect(answers.map(({ status }) => status)).toEqual([200, 200]);
    expect(sent()).toBe(4);
  });

  test('treats a refusal as one where the clocks agree', async () => {
    const { sendSigned, sent, now } = setUp({ status: 403 });
    const date = new Date(now() + 3 * 60_000).toUTCString();

    expect(await sendSigned(CALL, signal)).toEqual({ status: 403, text: '' });
    const other = setUp({ status: 403, date });
    expect(await other.sendSigned(CALL, signal)).toEqual({ status: 403, text: '' });
    expect([sent(), other.sent()]).toEqual([1, 1]);
  });

  test('gives up after the third time, with what came then', async () => {
    const answered = setUp({ status: 500 }, { status: 500 }, throttled);
    expect(await answered.sendSigned(CALL, signal)).toEqual(throttled);
    expect(answered.sent()).toBe(3);

    const broken = setUp(new Error('first'), new Error('second'), new Error('third'));
    await expect(broken.sendSigned(CALL, signal)).rejects.toThrow('third');
    expect(broken.sent()).toBe(3);
  });

  test('does not try again once its signal has aborted', async () => {
    const { sendSigned, sent } = setUp({ status: 500 });

    await expect(sendSigned(CALL, AbortSignal.abort(new Error('time is over')))).rejects.toThrow(
      'time is over',
    );
    expect(sent()).toBe(1);
  });
});

describe('endpointOf', () => {
  test.for([
    ['http://127.0.0.1:4566/ignored', { protocol: 'http:', hostname: '127.0.0.1', port: 4566 }],
    [
      'https://sqs.us-west-2.amazonaws.com/1/orders',
      { protocol: 'https:', hostname: 'sqs.us-west-2.amazonaws.com' },
    ],
  ] as const)('of %s', ([url, endpoint]) => {
    expect(endpointOf(url)).toEqual(endpoint);
  });
});
