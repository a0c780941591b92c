import { expect } from 'vitest';
import { s3Request } from '../../s3-request.ts';
import type { Aws, CallBehaviour } from '../aws.ts';
import { bucketName } from '../names.ts';

/** The status of a call on one object, by path-style address. */
async function statusOf(aws: Aws, method: 'DELETE' | 'GET' | 'PUT', key: string): Promise<number> {
  const { endpoint = '', region, credentials } = aws.config('source');
  const place = { endpoint, region, credentials };
  return (await s3Request(place, { method, bucket: bucketName(aws.world), key })).status;
}

export const objectBehaviours: CallBehaviour[] = [
  {
    name: 'DeleteObject answers 204, also for a key that is not there',
    source: 'https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteObject.html',
    localOnly: 'the suite makes no buckets there, which would have to be emptied',
    async check(aws) {
      expect(await statusOf(aws, 'PUT', 'waiting/a')).toBe(200);
      expect(await statusOf(aws, 'DELETE', 'waiting/a')).toBe(204);
      expect(await statusOf(aws, 'GET', 'waiting/a')).toBe(404);
      expect(await statusOf(aws, 'DELETE', 'waiting/a')).toBe(204);
    },
  },
];
