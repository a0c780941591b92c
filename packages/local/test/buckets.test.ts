import { beforeEach, describe, expect, test } from 'vitest';
import { Buckets } from '../src/buckets.ts';
import { allow, instantClock, NOON_MS, policy, SOURCE, temporaryFolder, user } from './factories.ts';

const ann = user(SOURCE, policy(allow('s3:*', '*')));
let buckets: Buckets;

beforeEach(async () => {
  const { folder, remove } = await temporaryFolder();
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

  test('let a bucket policy deny', async () => {
    await expect(buckets.put(ann, 'aws', 'shut', { key: 'a', body: '' })).rejects.toMatchObject({
      code: 'AccessDenied',
      message: expect.stringContaining('s3:PutObject on resource: arn:aws:s3:::shut/a because'),
    });
  });
});
