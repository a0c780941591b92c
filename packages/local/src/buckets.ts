import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { DeployedBucket } from './assembly/deployed.ts';
import { AwsError } from './aws-error.ts';
import { requireAllowed } from './iam/require-allowed.ts';
import type { Principal } from './principal.ts';

/** The S3 buckets of all accounts, as folders. */
export class Buckets {
  readonly #buckets: ReadonlyMap<string, DeployedBucket>;
  readonly #folder: string;

  /** @param folder in which each bucket is a folder */
  constructor(buckets: ReadonlyMap<string, DeployedBucket>, folder: string) {
    this.#buckets = buckets;
    this.#folder = folder;
  }

  /** @throws {AwsError} NoSuchBucket, or AccessDenied when the principal may not put objects there */
  async put(principal: Principal, partition: string, name: string, key: string, body: string): Promise<void> {
    const bucket = this.#buckets.get(name);
    if (bucket === undefined)
      throw new AwsError('NoSuchBucket', `The specified bucket does not exist: ${name}`, 404);
    requireAllowed({
      principal,
      action: 's3:PutObject',
      resource: `arn:${partition}:s3:::${name}/${key}`,
      resourceAccount: bucket.account,
      resourcePolicy: bucket.policy,
    });
    const file = join(this.#folder, name, key);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, body);
  }
}
