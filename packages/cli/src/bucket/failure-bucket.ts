import { randomUUID } from 'node:crypto';
import {
  DeleteObjectCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
  type S3ClientConfig,
} from '@aws-sdk/client-s3';
import { WAITING_PREFIX } from '@xacct/core';
import { bucketFailure } from './bucket-failure.ts';

/** The failure bucket of a forwarder. Every method throws a CommandFailure when S3 refuses. */
export interface FailureBucket {
  name: string;
  /** The keys of a prefix, sorted, listed page by page. */
  keys(prefix: string): AsyncGenerator<string>;
  /** An object's text; undefined if it no longer exists. */
  read(key: string): Promise<string | undefined>;
  /** An object's text, with the tag of the version that was read; undefined if it no longer exists. */
  readVersion(key: string): Promise<{ text: string; etag: string } | undefined>;
  /**
   * Stores records for a message that refers to them.
   *
   * @param by what puts them there, for the key
   * @returns the key
   */
  putWaiting(route: string, text: string, by?: 'redrive' | 'resume'): Promise<string>;
  /** @param state of the object, for the message where it cannot be deleted */
  delete(key: string, state: string): Promise<void>;
  /**
   * Deletes the version of an object that was read, and no other.
   *
   * @returns whether it was still that version, or gone already
   */
  deleteVersion(key: string, etag: string, state: string): Promise<boolean>;
}

/**
 * A client for the failure buckets of a source account. The endpoint comes from `AWS_ENDPOINT_URL` if it is set.
 *
 * @param region of the buckets; the region of the environment or the profile may be another
 * @param profile undefined: credentials come from the SDK's default chain
 */
export function createBucketClient(
  region: string,
  profile: string | undefined,
  config: S3ClientConfig = {},
): S3Client {
  const { AWS_ENDPOINT_URL, AWS_ENDPOINT_URL_S3 = AWS_ENDPOINT_URL } = process.env;
  // Only AWS's own endpoint has a host name for each bucket.
  const forcePathStyle = AWS_ENDPOINT_URL_S3 !== undefined;
  return new S3Client({ region, forcePathStyle, ...(profile !== undefined && { profile }), ...config });
}

export function openFailureBucket(s3: S3Client, Bucket: string): FailureBucket {
  const explain = (what: string) => (error: unknown) => {
    throw bucketFailure(error, what, Bucket);
  };
  async function readVersion(Key: string) {
    try {
      const { Body, ETag = '' } = await s3.send(new GetObjectCommand({ Bucket, Key }));
      return Body && { text: await Body.transformToString(), etag: ETag };
    } catch (error) {
      if ((error as Error).name === 'NoSuchKey') return undefined;
      return explain(`read object ${Key} of`)(error);
    }
  }
  return {
    name: Bucket,
    async *keys(Prefix) {
      let ContinuationToken: string | undefined;
      do {
        const command = new ListObjectsV2Command({ Bucket, Prefix, ContinuationToken });
        const page = await s3.send(command).catch(explain(`list ${Prefix} in`));
        for (const { Key } of page.Contents ?? []) if (Key !== undefined) yield Key;
        ContinuationToken = page.NextContinuationToken;
      } while (ContinuationToken !== undefined);
    },
    read: async (key) => (await readVersion(key))?.text,
    readVersion,
    async putWaiting(route, Body, by = 'redrive') {
      // A new key each time: an object of an earlier run may belong to a message under way.
      const Key = `${WAITING_PREFIX}${route}/${by}-${randomUUID()}.json`;
      const command = new PutObjectCommand({ Bucket, Key, Body, ContentType: 'application/json' });
      await s3.send(command).catch(explain(`put object ${Key} into`));
      return Key;
    },
    async delete(Key, state) {
      await s3
        .send(new DeleteObjectCommand({ Bucket, Key }))
        .catch(explain(`delete object ${Key}, ${state}, from`));
    },
    async deleteVersion(Key, IfMatch, state) {
      try {
        await s3.send(new DeleteObjectCommand({ Bucket, Key, IfMatch }));
        return true;
      } catch (error) {
        const { name } = error as Error;
        if (name === 'NoSuchKey') return true;
        if (name === 'PreconditionFailed') return false;
        return explain(`delete object ${Key}, ${state}, from`)(error);
      }
    },
  };
}
