import { createHash, randomUUID } from 'node:crypto';
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

/** The S3 buckets of all accounts. Objects are files with names of their own: keys hold what a path may not. */
export class Buckets {
  readonly #buckets: Map<string, DeployedBucket>;
  readonly #folder: string;
  readonly #clock: Clock;
  readonly #objects = new Map<string, Map<string, KeptObject>>();

  /** @param folder in which each bucket is a folder */
  constructor(buckets: ReadonlyMap<string, DeployedBucket>, folder: string, clock: Clock) {
    this.#buckets = new Map(buckets);
    this.#folder = folder;
    this.#clock = clock;
  }

  /** Adds buckets, or changes the policies of those that are there. */
  deploy(buckets: Iterable<DeployedBucket>): void {
    for (const bucket of buckets) this.#buckets.set(bucket.name, bucket);
  }

  /** @throws {AwsError} NoSuchBucket, KeyTooLongError, or AccessDenied when the principal may not put objects there */
  async put(principal: Principal, name: string, object: NewObject): Promise<StoredObject> {
    const { key, body, contentType = 'binary/octet-stream' } = object;
    this.#open(principal, name, 's3:PutObject', key);
    if (Buffer.byteLength(key) > KEY_BYTES)
      throw new AwsError(
        'KeyTooLongError',
        `Your key is too long: it has ${Buffer.byteLength(key)} bytes, of ${KEY_BYTES}`,
      );
    await mkdir(join(this.#folder, name), { recursive: true });
    const file = join(this.#folder, name, randomUUID());
    await writeFile(file, body);
    const facts: StoredObject = {
      key,
      bytes: Buffer.byteLength(body),
      contentType,
      etag: `"${createHash('md5').update(body).digest('hex')}"`,
      modifiedAt: this.#clock.now(),
    };
    const objects = this.#objects.get(name) ?? new Map<string, KeptObject>();
    const before = objects.get(key);
    this.#objects.set(name, objects.set(key, { facts, file }));
    if (before !== undefined) await rm(before.file, { force: true });
    return facts;
  }

  /** @throws {AwsError} NoSuchBucket, NoSuchKey, or AccessDenied */
  async get(principal: Principal, name: string, key: string): Promise<StoredObject & { body: Buffer }> {
    this.#open(principal, name, 's3:GetObject', key);
    for (;;) {
      const object = this.#objects.get(name)?.get(key);
      if (object === undefined) {
        // Whoever may not list a bucket does not learn what is not in it.
        this.#open(principal, name, 's3:ListBucket');
        throw new AwsError('NoSuchKey', 'The specified key does not exist.', 404);
      }
      const body = await unlessGone(readFile(object.file));
      if (body !== undefined) return { ...object.facts, body };
    }
  }

  /**
   * Deletes an object; one that is not there is none the less deleted.
   * https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteObject.html
   *
   * @throws {AwsError} NoSuchBucket, or AccessDenied
   */
  async delete(principal: Principal, name: string, key: string): Promise<void> {
    this.#open(principal, name, 's3:DeleteObject', key);
    const object = this.#objects.get(name)?.get(key);
    if (object === undefined) return;
    this.#objects.get(name)?.delete(key);
    await rm(object.file, { force: true });
  }

  /**
   * All objects, in the order of the bytes of their keys.
   *
   * @throws {AwsError} NoSuchBucket, or AccessDenied
   */
  list(principal: Principal, name: string): StoredObject[] {
    this.#open(principal, name, 's3:ListBucket');
    return Array.from(this.#objects.get(name)?.values() ?? [], ({ facts }) => facts).sort((a, b) =>
      Buffer.compare(Buffer.from(a.key), Buffer.from(b.key)),
    );
  }

  /** The objects of all buckets of all accounts, without those that are deleted meanwhile. */
  async texts(): Promise<ObjectText[]> {
    const all = [...this.#objects.values()].flatMap((objects) => [...objects.values()]);
    const read = all.map(async ({ facts: { key }, file }) => {
      const text = await unlessGone(readFile(file, 'utf8'));
      return text === undefined ? [] : [{ key, text }];
    });
    return (await Promise.all(read)).flat();
  }

  /** The text of the first object with this key in any bucket, at once; undefined where there is none. */
  textNow(key: string): string | undefined {
    for (const objects of this.#objects.values()) {
      const object = objects.get(key);
      if (object !== undefined) return readFileSync(object.file, 'utf8');
    }
    return undefined;
  }

  #open(principal: Principal, name: string, action: string, key?: string): void {
    const bucket = this.#buckets.get(name);
    if (bucket === undefined)
      throw new AwsError('NoSuchBucket', `The specified bucket does not exist: ${name}`, 404);
    const { kmsKeyArn: keyArn, region } = bucket;
    const place = { partition: partitionOf(region) };
    requireAllowed({
      principal,
      action,
      resource: bucketArn(place, key === undefined ? name : `${name}/${key}`),
      resourceAccount: bucket.account,
      resourcePolicy: bucket.policy,
    });
    requireKey({ principal, keyArn, actions: KEY_ACTIONS[action] ?? [], service: 's3', region });
  }
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
