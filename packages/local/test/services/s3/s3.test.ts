import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Principal } from '../../../src/iam/principal.ts';
import { allow, deployedBucket, policy, roleSession, SOURCE, TARGET, user } from '../../factories.ts';
import { type S3Request, s3Request } from '../../s3-request.ts';
import { type Endpoint, startServices } from '../../start-services.ts';

const ann = user(SOURCE, policy(allow('s3:*', '*')));
const forwarder = roleSession(SOURCE, 'forwarder', policy(allow('s3:PutObject', 'arn:aws:s3:::failures/*')));
let endpoint: Endpoint;

beforeAll(async () => {
  const bucket = (name: string) => deployedBucket({ name });
  endpoint = await startServices({ buckets: [bucket('failures'), bucket('many'), bucket('keys')] });
});

afterAll(() => endpoint.stop());

async function send(caller: Principal, request: S3Request) {
  const response = await s3Request(endpoint.as(caller), request);
  const text = response.body.toString();
  return { ...response, text, code: /<Code>(.*)<\/Code>/.exec(text)?.[1] };
}

const put = (key: string, part: Partial<S3Request> = {}, caller: Principal = ann) =>
  send(caller, { method: 'PUT', bucket: 'failures', key, body: 'é', ...part });

describe('PutObject, GetObject and HeadObject', () => {
  test('keep a body of several MB, byte for byte, with its type', async () => {
    const body = Buffer.from(Array.from({ length: 5_000_000 }, (_, index) => index % 251));
    const stored = await put('a/b', { body, headers: { 'content-type': 'application/json' } }, forwarder);
    expect(stored).toMatchObject({ status: 200, text: '' });
    const { status, headers, body: kept } = await send(ann, { bucket: 'failures', key: 'a/b' });
    expect(status).toBe(200);
    expect(headers).toMatchObject({ 'content-type': 'application/json', etag: stored.headers.etag });
    expect(kept.equals(body)).toBe(true);
  });

  test('take any key, and keep each object by itself', async () => {
    const segment = fc.oneof(
      fc.constantFrom('..', '.', 'a', 'a b', '+', '%2F', "!'()*", 'ä/ö'),
      fc.string({ unit: 'grapheme' }),
    );
    const key = fc
      .array(segment, { minLength: 1, maxLength: 4 })
      .map((parts) => parts.join('/'))
      .filter((text) => text !== '' && Buffer.byteLength(text) <= 1024);
    await fc.assert(
      fc.asyncProperty(fc.uniqueArray(key, { minLength: 1, maxLength: 5 }), async (keys) => {
        for (const one of keys)
          expect((await put(one, { bucket: 'keys', body: `body of ${one}` })).status).toBe(200);
        for (const one of keys)
          expect((await send(ann, { bucket: 'keys', key: one })).text).toBe(`body of ${one}`);
      }),
      { numRuns: 50 },
    );
  });

  test('answer HEAD with the facts of an object and no body', async () => {
    await put('facts', { body: 'hello' });
    const head = await send(ann, { method: 'HEAD', bucket: 'failures', key: 'facts' });
    expect(head).toMatchObject({ status: 200, text: '' });
    expect(head.headers).toMatchObject({ 'content-length': '5', etag: '"5d41402abc4b2a76b9719d911017c592"' });
  });

  test('put an object over one of the same key', async () => {
    await put('twice', { body: 'first' });
    await put('twice', { body: 'second' });
    expect((await send(ann, { bucket: 'failures', key: 'twice' })).text).toBe('second');
  });

  test.each([
    ['a bucket that is not there', ann, { bucket: 'elsewhere' }, 404, 'NoSuchBucket'],
    ['a caller without permission', user(SOURCE), {}, 403, 'AccessDenied'],
    ['a key outside of what the caller may put', forwarder, { bucket: 'many' }, 403, 'AccessDenied'],
    ["another account's caller", user(TARGET, policy(allow('s3:*', '*'))), {}, 403, 'AccessDenied'],
    ['a key of 1,025 bytes', ann, { key: 'k'.repeat(1025) }, 400, 'KeyTooLongError'],
    [
      'encryption with a key',
      ann,
      { headers: { 'x-amz-server-side-encryption': 'aws:kms' } },
      501,
      'NotImplemented',
    ],
    ['a condition', ann, { headers: { 'if-none-match': '*' } }, 501, 'NotImplemented'],
    ['a wrong MD5', ann, { headers: { 'content-md5': 'AAAA' } }, 400, 'BadDigest'],
    ['a parameter', ann, { query: { acl: '' } }, 404, 'UnknownOperationException'],
  ] as const)('refuse %s', async (_, caller, part, status, code) => {
    expect(await put('a', part, caller)).toMatchObject({ status, code });
  });

  test('refuse a body or header that differs from the signed one', async () => {
    expect(await put('a', { sentBody: 'other' })).toMatchObject({ code: 'XAmzContentSHA256Mismatch' });
    const lie = { 'x-amz-content-sha256': 'f'.repeat(64) };
    expect(await put('a', { headers: lie })).toMatchObject({ code: 'XAmzContentSHA256Mismatch' });
    const unsigned = { 'x-amz-content-sha256': 'UNSIGNED-PAYLOAD' };
    expect(await put('a', { headers: unsigned })).toMatchObject({ code: 'NotImplemented' });
    const date = { 'x-amz-date': new Date(Date.now() + 1000).toISOString().replace(/[:-]|\.\d+/g, '') };
    expect(await put('a', { unsignedHeaders: date })).toMatchObject({
      status: 403,
      code: 'SignatureDoesNotMatch',
    });
  });

  test('refuse to give a part of an object', async () => {
    const part = await send(ann, { bucket: 'failures', key: 'a', headers: { range: 'bytes=0-1' } });
    expect(part).toMatchObject({ status: 501, code: 'NotImplemented' });
  });

  test('report a missing key only to callers that may list the bucket', async () => {
    expect(await send(ann, { bucket: 'failures', key: 'none' })).toMatchObject({
      status: 404,
      code: 'NoSuchKey',
    });
    const reader = user(SOURCE, policy(allow('s3:GetObject', '*')));
    expect(await send(reader, { bucket: 'failures', key: 'none' })).toMatchObject({
      status: 403,
      code: 'AccessDenied',
    });
  });

  test('refuse a path that cannot be decoded, and one without a bucket', async () => {
    expect(await put('', { path: '/failures/%E0%A4%A' })).toMatchObject({ status: 400, code: 'InvalidURI' });
    expect(await put('', { path: '/' })).toMatchObject({ status: 404, code: 'UnknownOperationException' });
  });
});

describe('DeleteObject', () => {
  const remove = (key: string, caller: Principal = ann, part: Partial<S3Request> = {}) =>
    send(caller, { method: 'DELETE', bucket: 'failures', key, ...part });
  const status = async (key: string) => (await send(ann, { bucket: 'failures', key })).status;

  test('deletes an object, and answers the same for a key that is not there', async () => {
    await put('gone/é');
    await put('stays');
    for (let calls = 0; calls < 2; calls += 1)
      expect(await remove('gone/é')).toMatchObject({ status: 204, text: '' });
    expect([await status('gone/é'), await status('stays')]).toEqual([404, 200]);
  });

  test('with a tag, deletes the version of that tag and no other, and requires s3:GetObject too', async () => {
    const first = await put('tagged', { body: 'one' });
    const ifMatch = (etag: unknown) => ({ headers: { 'if-match': String(etag) } });
    await put('tagged', { body: 'two' });
    const other = await remove('tagged', ann, ifMatch(first.headers.etag));
    expect(other).toMatchObject({ status: 412, code: 'PreconditionFailed' });
    const { etag } = (await send(ann, { bucket: 'failures', key: 'tagged' })).headers;
    const only = roleSession(SOURCE, 'deleter', policy(allow('s3:DeleteObject', '*')));
    expect(await remove('tagged', only, ifMatch(etag))).toMatchObject({ status: 403, code: 'AccessDenied' });
    expect(await status('tagged')).toBe(200);
    expect(await remove('tagged', ann, ifMatch(etag))).toMatchObject({ status: 204 });
    expect(await remove('tagged', ann, ifMatch(etag))).toMatchObject({ status: 404, code: 'NoSuchKey' });
    await put('tagged');
    expect(await remove('tagged', ann, ifMatch('*'))).toMatchObject({ status: 204 });
  });

  test('requires s3:DeleteObject on the key, and no more', async () => {
    await put('waiting/a');
    const only = roleSession(
      SOURCE,
      'deleter',
      policy(allow('s3:DeleteObject', 'arn:aws:s3:::failures/waiting/*')),
    );
    expect(await remove('waiting/a', forwarder)).toMatchObject({ status: 403, code: 'AccessDenied' });
    expect(await remove('parked/a', only)).toMatchObject({ status: 403, code: 'AccessDenied' });
    expect(await status('waiting/a')).toBe(200);
    expect(await remove('waiting/a', only)).toMatchObject({ status: 204 });
    expect(await remove('waiting/a', only)).toMatchObject({ status: 204 });
  });

  test.each([
    ['a bucket that is not there', { bucket: 'elsewhere' }, 404, 'NoSuchBucket'],
    ['a version', { query: { versionId: '1' } }, 404, 'UnknownOperationException'],
    ['a condition', { headers: { 'if-none-match': '*' } }, 501, 'NotImplemented'],
  ] as const)('refuses %s', async (_, part, expected, code) => {
    expect(await remove('a', ann, part)).toMatchObject({ status: expected, code });
  });
});

describe('ListObjectsV2', () => {
  const keysIn = (text: string) => [...text.matchAll(/<Key>(.*?)<\/Key>/gs)].map(([, key]) => key);
  const list = (query: Record<string, string> = {}, caller: Principal = ann) =>
    send(caller, { bucket: 'many', query: { 'list-type': '2', ...query } });

  beforeAll(async () => {
    for (const key of ['b/2', 'a', 'b/1', 'b/10', 'é', 'x&<y>']) await put(key, { bucket: 'many' });
  });

  test('gives keys by their bytes, of one prefix or all', async () => {
    const { status, text } = await list();
    expect(status).toBe(200);
    expect(keysIn(text)).toEqual(['a', 'b/1', 'b/10', 'b/2', 'x&amp;&lt;y&gt;', 'é']);
    expect(text).toContain('<Size>2</Size>');
    expect(keysIn((await list({ prefix: 'b/1' })).text)).toEqual(['b/1', 'b/10']);
    expect(keysIn((await list({ prefix: 'é', 'encoding-type': 'url' })).text)).toEqual(['%C3%A9']);
  });

  test.each([1, 2, 3, 6])('gives pages of %d', async (size) => {
    const keys: unknown[] = [];
    const pages: number[] = [];
    for (let token: string | undefined = ''; token !== undefined; ) {
      const { text } = await list({
        'max-keys': String(size),
        ...(token && { 'continuation-token': token }),
      });
      pages.push(keysIn(text).length);
      keys.push(...keysIn(text));
      token = /<NextContinuationToken>(.*)<\/NextContinuationToken>/.exec(text)?.[1];
      expect(text).toContain(`<IsTruncated>${token !== undefined}</IsTruncated>`);
    }
    expect(keys).toEqual(keysIn((await list()).text));
    expect(pages).toEqual(Array.from({ length: 6 / size }, () => size));
  });

  test.each([
    ['a caller without permission', {}, forwarder, 'AccessDenied'],
    ['a delimiter', { delimiter: '/' }, ann, 'NotImplemented'],
    ['a page of less than nothing', { 'max-keys': '-1' }, ann, 'InvalidArgument'],
    ['the first version of the operation', { 'list-type': '1' }, ann, 'UnknownOperationException'],
  ])('refuses %s', async (_, query, caller, code) => {
    expect(await list(query, caller)).toMatchObject({ code });
  });
});
