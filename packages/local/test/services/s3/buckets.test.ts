import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { type Buckets, createBuckets } from '../../../src/services/s3/buckets.ts';
import {
  allow,
  deployedBucket,
  instantClock,
  NOON_MS,
  policy,
  REGION,
  SOURCE,
  temporaryFolder,
  user,
} from '../../factories.ts';

const ann = user(SOURCE, policy(allow('s3:*', '*')));
const KEY = `arn:aws:kms:${REGION}:${SOURCE}:key/1234abcd-12ab-34cd-56ef-1234567890ab`;
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
    deployedBucket({ name: 'open' }),
    deployedBucket({ name: 'shut', policy: deny }),
    deployedBucket({ name: 'locked', kmsKeyArn: KEY }),
  ];
  buckets = createBuckets(folder, instantClock());
  buckets.deploy(known);
  return remove;
});

describe('createBuckets', () => {
  test('keep objects with their facts', async () => {
    await buckets.put(ann, 'open', { key: 'a', body: 'hello' });
    const facts = {
      key: 'a',
      bytes: 5,
      contentType: 'binary/octet-stream',
      etag: '"5d41402abc4b2a76b9719d911017c592"',
      modifiedAt: NOON_MS,
    };
    expect(await buckets.get(ann, 'open', 'a')).toEqual({ ...facts, body: Buffer.from('hello') });
    expect(buckets.list(ann, 'open')).toEqual([facts]);
    expect(buckets.list(ann, 'shut')).toEqual([]);
  });

  test('forget an object that is deleted, and its file', async () => {
    for (const key of ['a', 'b']) await buckets.put(ann, 'open', { key, body: `body of ${key}` });
    await buckets.put(ann, 'open', { key: 'b', body: 'another' });
    await buckets.delete(ann, 'open', 'a');
    expect(buckets.list(ann, 'open').map(({ key }) => key)).toEqual(['b']);
    expect(buckets.keys()).toEqual(['b']);
    expect(await buckets.texts()).toEqual([{ key: 'b', text: 'another' }]);
    expect([buckets.textNow('a'), buckets.textNow('b')]).toEqual([undefined, 'another']);
    expect(await readdir(join(folder, 'open'))).toHaveLength(1);
    await buckets.delete(ann, 'open', 'a');
  });

  test('give an object that is put or deleted meanwhile as it was before or is after', async () => {
    const put = (body: string) => buckets.put(ann, 'open', { key: 'a', body });
    await put('first');
    const [read] = await Promise.all([buckets.get(ann, 'open', 'a'), put('second')]);
    expect(['first', 'second']).toContain(read.body.toString());
    const [texts] = await Promise.all([buckets.texts(), buckets.delete(ann, 'open', 'a')]);
    expect([[], ['second']]).toContainEqual(texts.map(({ text }) => text));
    expect(await readdir(join(folder, 'open'))).toEqual([]);
  });

  test('ask for the key that encrypts them, through S3', async () => {
    const viaS3 = (...actions: string[]) => ({
      ...allow(actions, KEY),
      Condition: { StringEquals: { 'kms:ViaService': `s3.${REGION}.amazonaws.com` } },
    });
    const bob = user(SOURCE, policy(allow('s3:*', '*'), viaS3('kms:GenerateDataKey', 'kms:Decrypt')));
    await buckets.put(bob, 'locked', { key: 'a', body: 'hello' });
    expect((await buckets.get(bob, 'locked', 'a')).body.toString()).toBe('hello');

    const denied = (action: string) => ({
      code: 'AccessDenied',
      message: expect.stringContaining(`${action} on`),
    });
    const writer = user(SOURCE, policy(allow('s3:*', '*'), viaS3('kms:GenerateDataKey')));
    await buckets.put(writer, 'locked', { key: 'b', body: '' });
    await expect(buckets.get(writer, 'locked', 'b')).rejects.toMatchObject(denied('kms:Decrypt'));
    await expect(buckets.put(ann, 'locked', { key: 'c', body: '' })).rejects.toMatchObject(
      denied('kms:GenerateDataKey'),
    );
    await buckets.delete(ann, 'locked', 'a');
    expect(buckets.list(ann, 'locked').map(({ key }) => key)).toEqual(['b']);
  });

  test('let a bucket policy deny', async () => {
    await expect(buckets.put(ann, 'shut', { key: 'a', body: '' })).rejects.toMatchObject({
      code: 'AccessDenied',
      message: expect.stringContaining('s3:PutObject on resource: arn:aws:s3:::shut/a because'),
    });
  });
});
