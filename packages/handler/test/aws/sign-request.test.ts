import { SSMClient } from '@aws-sdk/client-ssm';
import { SignatureV4 } from '@smithy/signature-v4';
import fc from 'fast-check';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { signingTime, signRequest } from '../../src/aws/sign-request.ts';

const { sha256 } = new SSMClient({ region: 'us-west-2' }).config;

const credentials = fc.record(
  {
    accessKeyId: fc.stringMatching(/^ASIA[A-Z0-9]{16}$/),
    secretAccessKey: fc.stringMatching(/^[A-Za-z0-9/+]{40}$/),
    sessionToken: fc.stringMatching(/^[A-Za-z0-9/+=]{1,200}$/),
  },
  { requiredKeys: ['accessKeyId', 'secretAccessKey'] },
);

/** Paths as clients write them: every segment encoded. */
const path = fc
  .array(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 20 }), { minLength: 1, maxLength: 4 })
  .map((segments) => `/${segments.map(encodeSegment).join('/')}`);

function encodeSegment(segment: string): string {
  return encodeURIComponent(segment).replace(
    /[!'()*.]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

describe('signRequest', () => {
  test("signs as the SDK's own signer does", async () => {
    const request = fc.record({
      service: fc.constantFrom('lambda', 's3', 'sqs', 'sts'),
      region: fc.constantFrom('us-west-2', 'eu-central-1', 'cn-north-1'),
      // Years of four digits.
      date: fc.date({ min: new Date('2000-01-01'), max: new Date('2099-12-31'), noInvalidDate: true }),
      method: fc.constantFrom('POST', 'PUT'),
      path,
      bodySha256: fc.stringMatching(/^[0-9a-f]{64}$/),
      type: fc.constantFrom(undefined, 'Event', 'RequestResponse'),
    });
    await fc.assert(
      fc.asyncProperty(credentials, request, async (held, { service, region, date, bodySha256, ...sent }) => {
        const { method, type } = sent;
        const headers = {
          host: 'service.us-west-2.amazonaws.com',
          'content-type': 'application/json',
          ...(type !== undefined && { 'x-amz-invocation-type': type }),
        };
        const unsigned = { 'x-amzn-trace-id': 'Root=1-5759e988' };
        const signer = new SignatureV4({
          service,
          region,
          credentials: held,
          sha256,
          uriEscapePath: service !== 's3',
        });
        const expected = await signer.sign(
          {
            method,
            path: sent.path,
            protocol: 'https:',
            hostname: headers.host,
            headers: { ...headers, 'x-amz-content-sha256': bodySha256 },
          },
          { signingDate: date },
        );

        const request = { method, path: sent.path, headers: { ...headers, ...unsigned } };
        const signed = signRequest(request, held, { service, region, date, bodySha256 });

        expect(signed.headers).toEqual({ ...expected.headers, ...unsigned });
      }),
    );
  });

  test('signs with each set of credentials for its own day, region and service', () => {
    const held = { accessKeyId: 'ASIA', secretAccessKey: 'secret' };
    const signatureOf = (
      credentials: typeof held,
      signing: { service?: 'lambda' | 's3'; region?: string; date?: string },
    ) => {
      const { service = 'lambda', region = 'us-west-2', date = '2026-01-01T00:00:00Z' } = signing;
      const request: Parameters<typeof signRequest>[0] = {
        method: 'POST',
        path: '/',
        headers: { host: 'host' },
      };
      const bodySha256 = '0'.repeat(64);
      signRequest(request, credentials, { service, region, date: new Date(date), bodySha256 });
      return request.headers.authorization?.split('Signature=')[1];
    };
    const variants = [
      () => signatureOf(held, {}),
      () => signatureOf(held, { service: 's3' }),
      () => signatureOf(held, { region: 'eu-central-1' }),
      () => signatureOf(held, { date: '2026-01-02T00:00:00Z' }),
      () => signatureOf({ ...held, secretAccessKey: 'another' }, {}),
    ];
    const first = variants.map((signature) => signature());

    // In another order, so that each finds the key of another before its own.
    expect(variants.toReversed().map((signature) => signature())).toEqual(first.toReversed());
    expect(new Set(first).size).toBe(variants.length);
  });
});

describe('signingTime', () => {
  test('is the time to the second, which is written once in each', () => {
    const written = vi.spyOn(Date.prototype, 'toISOString');
    onTestFinished(() => written.mockRestore());
    const now = Date.parse('2026-01-02T03:04:05.000Z');
    const times = [0, 1, 999, 1000, -1].map((ms) => signingTime(now + ms));

    expect(times).toEqual([
      '20260102T030405Z',
      '20260102T030405Z',
      '20260102T030405Z',
      '20260102T030406Z',
      '20260102T030404Z',
    ]);
    expect(written).toHaveBeenCalledTimes(3);
  });
});
