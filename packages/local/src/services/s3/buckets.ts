import { hash, randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { bucketArn, partitionOf } from '@xacct/core';
import type { DeployedBucket } from '../../assembly/deployed.ts';
import type { Principal } from '../../iam/principal.ts';
import { requireAllowed } from '../../iam/require-allowed.ts';
import { type KeyUse, requireKey } from '../../iam/require-key.ts';
import { AwsError } from '../../shared/aws-error.ts';
import type { Clock } from '../../shared/clock.ts';

export interface StoredObject {
  key: string;
  bytes: number;
  contentType: string;
  /** MD5 in quotes. */
  etag: string;
  /** Epoch ms. */
  modifiedAt: number;
}

export interface NewObject {
  key: string;
  body: string | Buffer;
  contentType?: string | undefined;
}

/** An object of any bucket, with its text. */
export interface ObjectText {
  key: string;
  text: string;
}

interface KeptObject {
  facts: StoredObject;
  /** Each version of an object has its own file, so that a reader never gets parts of two versions. */
  file: string;
}

/** S3 keys have 1,024 bytes at the most. https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-keys.html */
const KEY_BYTES = 1024;
const NO_SUCH_KEY = 'The specified key does not exist.';
const CONDITION = 'At least one of the pre-conditions you specified did not hold';

/** The S3 buckets of all accounts. Objects are files with names of their own: keys hold what a path may not. */
export interface Buckets {
  /** Adds buckets, or changes the policies of those that are there. */
  deploy(deployed: Iterable<DeployedBucket>): void;
  /** @throws {AwsError} NoSuchBucket, KeyTooLongError, or AccessDenied when the principal may not put objects there */
  put(principal: Principal, name: string, object: NewObject): Promise<StoredObject>;
  /** @throws {AwsError} NoSuchBucket, NoSuchKey, or AccessDenied */
  get(principal: Principal, name: string, key: string): Promise<StoredObject & { body: Buffer }>;
  /**
   * Deletes an object; one that is not there is none the less deleted.
   * https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteObject.html
   * https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-deletes.html
   *
   * @param etag only where this is its tag, or `*` for any; needs `s3:GetObject` too
   * @throws {AwsError} NoSuchBucket, or AccessDenied; with a tag, also NoSuchKey or PreconditionFailed
   */
  delete(principal: Principal, name: string, key: string, etag?: string): Promise<void>;
  /**
   * All objects, in the order of the bytes of their keys.
   *
   * @throws {AwsError} NoSuchBucket, or AccessDenied
   */
  list(principal: Principal, name: string): StoredObject[];
  /** Keys of the objects of all buckets of all accounts. */
  keys(): string[];
  /** The objects of all buckets of all accounts, without those that are deleted meanwhile. */
  texts(): Promise<ObjectText[]>;
  /** The text of the first object with this key in any bucket, at once; undefined where there is none. */
  textNow(key: string): string | undefined;
}

/** @param folder in which each bucket is a folder */
export function createBuckets(folder: string, clock: Clock): Buckets {
  const buckets = new Map<string, { deployed: DeployedBucket; objects: Map<string, KeptObject> }>();

  /** The objects of a bucket, once the principal may do the action there. */
  const open = (principal: Principal, name: string, action: string, key?: string) => {
    const bucket = buckets.get(name);
    if (bucket === undefined)
      throw new AwsError('NoSuchBucket', `The specified bucket does not exist: ${name}`, 404);
    const { account, region, policy, kmsKeyArn: keyArn } = bucket.deployed;
    requireAllowed({
      principal,
      action,
      resource: bucketArn({ partition: partitionOf(region) }, key === undefined ? name : `${name}/${key}`),
      resourceAccount: account,
      resourcePolicy: policy,
    });
    requireKey({ principal, keyArn, actions: KEY_ACTIONS[action] ?? [], service: 's3', region });
    return bucket.objects;
  };

  return {
    deploy(deployed) {
      for (const next of deployed)
        buckets.set(next.name, { objects: new Map(), ...buckets.get(next.name), deployed: next });
    },
    async put(principal, name, { key, body, contentType = 'binary/octet-stream' }) {
      const objects = open(principal, name, 's3:PutObject', key);
      const keyBytes = Buffer.byteLength(key);
      if (keyBytes > KEY_BYTES) {
        const message = `Your key is too long: it has ${keyBytes} bytes, of ${KEY_BYTES}`;
        throw new AwsError('KeyTooLongError', message);
      }
      await mkdir(join(folder, name), { recursive: true });
      const file = join(folder, name, randomUUID());
      await writeFile(file, body);
      const facts: StoredObject = {
        key,
        bytes: Buffer.byteLength(body),
        contentType,
        etag: `"${hash('md5', body)}"`,
        modifiedAt: clock.now(),
      };
      const before = objects.get(key);
      objects.set(key, { facts, file });
      if (before !== undefined) await rm(before.file, { force: true });
      return facts;
    },
    async get(principal, name, key) {
      const objects = open(principal, name, 's3:GetObject', key);
      for (;;) {
        const object = objects.get(key);
        if (object === undefined) {
          // Whoever may not list a bucket does not learn what is not in it.
          open(principal, name, 's3:ListBucket');
          throw new AwsError('NoSuchKey', NO_SUCH_KEY, 404);
        }
        const body = await unlessGone(readFile(object.file));
        if (body !== undefined) return { ...object.facts, body };
      }
    },
    async delete(principal, name, key, etag) {
      const objects = open(principal, name, 's3:DeleteObject', key);
      const object = objects.get(key);
      if (etag !== undefined) {
        open(principal, name, 's3:GetObject', key);
        if (object === undefined) throw new AwsError('NoSuchKey', NO_SUCH_KEY, 404);
        if (etag !== '*' && etag !== object.facts.etag)
          throw new AwsError('PreconditionFailed', CONDITION, 412);
      }
      if (object === undefined) return;
      objects.delete(key);
      await rm(object.file, { force: true });
    },
    list: (principal, name) =>
      Array.from(open(principal, name, 's3:ListBucket').values(), ({ facts }) => facts).sort((a, b) =>
        Buffer.compare(Buffer.from(a.key), Buffer.from(b.key)),
      ),
    keys: () => [...buckets.values()].flatMap(({ objects }) => [...objects.keys()]),
    async texts() {
      const all = [...buckets.values()].flatMap(({ objects }) => [...objects.values()]);
      const read = all.map(async ({ facts: { key }, file }) => {
        const text = await unlessGone(readFile(file, 'utf8'));
        return text === undefined ? [] : [{ key, text }];
      });
      return (await Promise.all(read)).flat();
    },
    textNow(key) {
      const object = [...buckets.values()].find(({ objects }) => objects.has(key))?.objects.get(key);
      return object && readFileSync(object.file, 'utf8');
    },
  };
}

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingKMSEncryption.html */
const KEY_ACTIONS: Readonly<Record<string, KeyUse['actions']>> = {
  's3:GetObject': ['kms:Decrypt'],
  's3:PutObject': ['kms:GenerateDataKey'],
};

/** Undefined for a file that is not there any more. */
function unlessGone<T>(read: Promise<T>): Promise<T | undefined> {
  return read.catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
}
