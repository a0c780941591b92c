import { createHash } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { DeployedBucket } from './assembly/deployed.ts';
import { AwsError } from './aws-error.ts';
import type { Clock } from './clock.ts';
import { requireAllowed } from './iam/require-allowed.ts';
import type { Principal } from './principal.ts';

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

/** S3 keys have 1,024 bytes at the most. https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-keys.html */
const KEY_BYTES = 1024;

/** The S3 buckets of all accounts. Objects are files named by a hash: keys hold what a path may not. */
export class Buckets {
  readonly #buckets: Map<string, DeployedBucket>;
  readonly #folder: string;
  readonly #clock: Clock;
  readonly #objects = new Map<string, Map<string, StoredObject>>();

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
  async put(principal: Principal, partition: string, name: string, object: NewObject): Promise<StoredObject> {
    const { key, body, contentType = 'binary/octet-stream' } = object;
    this.#open(principal, partition, name, 's3:PutObject', key);
    if (Buffer.byteLength(key) > KEY_BYTES)
      throw new AwsError(
        'KeyTooLongError',
        `Your key is too long: it has ${Buffer.byteLength(key)} bytes, of ${KEY_BYTES}`,
      );
    await mkdir(join(this.#folder, name), { recursive: true });
    await writeFile(this.#fileOf(name, key), body);
    const stored: StoredObject = {
      key,
      bytes: Buffer.byteLength(body),
      contentType,
      etag: `"${createHash('md5').update(body).digest('hex')}"`,
      modifiedAt: this.#clock.now(),
    };
    const objects = this.#objects.get(name) ?? new Map<string, StoredObject>();
    this.#objects.set(name, objects.set(key, stored));
    return stored;
  }

  /** @throws {AwsError} NoSuchBucket, NoSuchKey, or AccessDenied */
  async get(
    principal: Principal,
    partition: string,
    name: string,
    key: string,
  ): Promise<StoredObject & { body: Buffer }> {
    this.#open(principal, partition, name, 's3:GetObject', key);
    const object = this.#objects.get(name)?.get(key);
    if (object === undefined) {
      // Whoever may not list a bucket does not learn what is not in it.
      this.#open(principal, partition, name, 's3:ListBucket');
      throw new AwsError('NoSuchKey', 'The specified key does not exist.', 404);
    }
    return { ...object, body: await readFile(this.#fileOf(name, key)) };
  }

  /**
   * All objects, in the order of the bytes of their keys.
   *
   * @throws {AwsError} NoSuchBucket, or AccessDenied
   */
  list(principal: Principal, partition: string, name: string): StoredObject[] {
    this.#open(principal, partition, name, 's3:ListBucket');
    return [...(this.#objects.get(name)?.values() ?? [])].sort((a, b) =>
      Buffer.compare(Buffer.from(a.key), Buffer.from(b.key)),
    );
  }

  /** Of the objects of all buckets, whoever owns them. */
  bodies(): Promise<string[]> {
    const files = [...this.#objects].flatMap(([name, objects]) =>
      Array.from(objects.keys(), (key) => this.#fileOf(name, key)),
    );
    return Promise.all(files.map((file) => readFile(file, 'utf8')));
  }

  #open(principal: Principal, partition: string, name: string, action: string, key?: string): void {
    const bucket = this.#buckets.get(name);
    if (bucket === undefined)
      throw new AwsError('NoSuchBucket', `The specified bucket does not exist: ${name}`, 404);
    requireAllowed({
      principal,
      action,
      resource: `arn:${partition}:s3:::${name}${key === undefined ? '' : `/${key}`}`,
      resourceAccount: bucket.account,
      resourcePolicy: bucket.policy,
    });
  }

  #fileOf(name: string, key: string): string {
    return join(this.#folder, name, createHash('sha256').update(key).digest('hex'));
  }
}
