import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { Buckets } from '../src/buckets.ts';
import { allow, instantClock, NOON_MS, policy, SOURCE, temporaryFolder, user } from './factories.ts';

const ann = user(SOURCE, policy(allow('s3:*', '*')));
let buckets: Buckets;
let folder: string;

beforeEach(async () => {
  const { folder: temporary, remove } = await temporaryFolder();
  folder = temporary;
  const deny = policy({
    Effect: 'Deny',
    Action: 's3:PutObject',
    Resource: 'arn:aws:s3:::shut/*',
    Principal: '*',
  });
  const known = [
    { name: 'open', account: SOURCE, policy: [] },
    { name: 'shut', account: SOURCE, policy: deny },
  ];
  buckets = new Buckets(new Map(known.map((bucket) => [bucket.name, bucket])), folder, instantClock());
  return remove;
});

describe('Buckets', () => {
  test('keep objects with their facts', async () => {
    await buckets.put(ann, 'aws', 'open', { key: 'a', body: 'hello' });
    const facts = {
      key: 'a',
      bytes: 5,
      contentType: 'binary/octet-stream',
      etag: '"5d41402abc4b2a76b9719d911017c592"',
      modifiedAt: NOON_MS,
    };
    expect(await buckets.get(ann, 'aws', 'open', 'a')).toEqual({ ...facts, body: Buffer.from('hello') });
    expect(buckets.list(ann, 'aws', 'open')).toEqual([facts]);
    expect(buckets.list(ann, 'aws', 'shut')).toEqual([]);
  });

  test('forget an object that is deleted, and its file', async () => {
    for (const key of ['a', 'b']) await buckets.put(ann, 'aws', 'open', { key, body: `body of ${key}` });
    await buckets.put(ann, 'aws', 'open', { key: 'b', body: 'another' });
    await buckets.delete(ann, 'aws', 'open', 'a');
    expect(buckets.list(ann, 'aws', 'open').map(({ key }) => key)).toEqual(['b']);
    expect(await buckets.texts()).toEqual([{ key: 'b', text: 'another' }]);
    expect([buckets.textNow('a'), buckets.textNow('b')]).toEqual([undefined, 'another']);
    expect(await readdir(join(folder, 'open'))).toHaveLength(1);
    await buckets.delete(ann, 'aws', 'open', 'a');
  });

  test('give an object that is put or deleted meanwhile as it was before or is after', async () => {
    const put = (body: string) => buckets.put(ann, 'aws', 'open', { key: 'a', body });
    await put('first');
    const [read] = await Promise.all([buckets.get(ann, 'aws', 'open', 'a'), put('second')]);
    expect(['first', 'second']).toContain(read.body.toString());
    const [texts] = await Promise.all([buckets.texts(), buckets.delete(ann, 'aws', 'open', 'a')]);
    expect([[], ['second']]).toContainEqual(texts.map(({ text }) => text));
    expect(await readdir(join(folder, 'open'))).toEqual([]);
  });

  test('let a bucket policy deny', async () => {
    await expect(buckets.put(ann, 'aws', 'shut', { key: 'a', body: '' })).rejects.toMatchObject({
      code: 'AccessDenied',
      message: expect.stringContaining('s3:PutObject on resource: arn:aws:s3:::shut/a because'),
    });
  });
});
