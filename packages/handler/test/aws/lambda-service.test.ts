import { Readable } from 'node:stream';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { createLambdaService } from '../../src/aws/lambda-service.ts';

describe('createLambdaService', () => {
  test.for([
    [
      'http://127.0.0.1:4566',
      { protocol: 'http:', hostname: '127.0.0.1', port: 4566, host: '127.0.0.1:4566', path: '' },
    ],
    [
      'https://lambda.example',
      { protocol: 'https:', hostname: 'lambda.example', host: 'lambda.example', path: '' },
    ],
    [
      'https://proxy.example/aws',
      { protocol: 'https:', hostname: 'proxy.example', host: 'proxy.example', path: '/aws' },
    ],
    [
      undefined,
      {
        protocol: 'https:',
        hostname: 'lambda.eu-west-1.amazonaws.com',
        host: 'lambda.eu-west-1.amazonaws.com',
        path: '',
      },
    ],
  ] as const)('finds its place at %s', ([endpoint, place]) => {
    expect(createLambdaService('eu-west-1', endpoint).place).toStrictEqual(place);
  });

  test('has no place in a region that cannot be', () => {
    expect(() => createLambdaService('no region', undefined)).toThrow(/region/);
  });

  test('rejects whatever the answer says', async () => {
    const answer = { statusCode: 200, headers: {}, body: Readable.from([]) };

    await expect(createLambdaService('eu-west-1', undefined).fail(answer, 0)).rejects.toMatchObject({
      name: 'Unknown',
      message: 'UnknownError',
      $metadata: { httpStatusCode: 200 },
    });
  });

  describe('takes the time of a refusal', () => {
    const now = Date.parse('2026-01-01T00:00:00Z');
    beforeEach(() => void vi.useFakeTimers({ now, toFake: ['Date'] }));
    afterEach(() => void vi.useRealTimers());
    const minutes = (count: number) => count * 60_000;

    test.for([
      { what: 'an hour ahead', aheadMs: minutes(60), isCorrected: true },
      { what: 'an hour behind', aheadMs: -minutes(60), isCorrected: true },
      { what: 'a little more than four minutes ahead', aheadMs: minutes(4) + 1_000, isCorrected: true },
      { what: 'four minutes ahead', aheadMs: minutes(4), isCorrected: false },
      { what: 'four minutes behind', aheadMs: -minutes(4), isCorrected: false },
    ])('for its own where that is $what: $isCorrected', async ({ aheadMs, isCorrected }) => {
      const service = createLambdaService('eu-west-1', undefined);
      const headers = { date: new Date(now + aheadMs).toUTCString(), 'x-amzn-requestid': 'request-7' };
      const body = Readable.from([Buffer.from('{"message":"Signature expired"}')]);
      const error = await service.fail({ statusCode: 403, headers, body }, now).catch((caught) => caught);

      const $metadata = { httpStatusCode: 403, requestId: 'request-7' };
      expect(error).toMatchObject({ message: 'Signature expired' });
      expect(error.$metadata).toEqual(isCorrected ? { ...$metadata, clockSkewCorrected: true } : $metadata);
      expect(service.now()).toBe(now + (isCorrected ? aheadMs : 0));
    });

    test('not for that of an answer which waited while the environment was frozen', async () => {
      const service = createLambdaService('eu-west-1', undefined);
      const signedAt = now - minutes(30);
      const headers = { date: new Date(signedAt).toUTCString() };
      await service.fail({ statusCode: 403, headers, body: Readable.from([]) }, signedAt).catch(() => {});

      expect(service.now()).toBe(now);
    });

    test.for([{}, { date: 'no date' }] as { date?: string }[])('not with the headers %j', async (headers) => {
      const service = createLambdaService('eu-west-1', undefined);
      const error = await service
        .fail({ statusCode: 403, headers: headers as Record<string, string>, body: Readable.from([]) }, 0)
        .catch((caught) => caught);

      expect(error.$metadata).not.toHaveProperty('clockSkewCorrected');
      expect(service.now()).toBe(now);
    });
  });
});
