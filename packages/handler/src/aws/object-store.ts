import { type Answer, type Endpoint, endpointOf, type SendSigned } from './send-signed.ts';

/** The objects of the failure bucket. Every call is made up to three times. */
export interface ObjectStore {
  /** @throws {ObjectStoreError} when S3 does not take the object */
  put(key: string, body: string, signal: AbortSignal): Promise<void>;
  /**
   * The object's text; undefined when there is none.
   *
   * @throws {ObjectStoreError} when S3 does not return it
   */
  get(key: string, signal: AbortSignal): Promise<string | undefined>;
  /** @throws {ObjectStoreError} when S3 does not delete it */
  delete(key: string, signal: AbortSignal): Promise<void>;
}

/** Thrown when S3 refuses a call on an object, or does not answer. */
export class ObjectStoreError extends Error {
  override readonly name = 'ObjectStoreError';
}

type Method = 'PUT' | 'GET' | 'DELETE';

/**
 * Three operations of S3. The reason for requests of its own is the size of the SDK's client (docs/performance.md).
 */
export function createObjectStore(options: {
  bucket: string;
  region: string;
  /** Another endpoint than AWS's own, e.g. `http://127.0.0.1:4566`. */
  endpoint?: string | undefined;
  sendSigned: SendSigned;
}): ObjectStore {
  const { bucket, region, endpoint, sendSigned } = options;
  const place = placeOf(bucket, region, endpoint);

  /** The answer to a call that S3 took, or to a GET of an object that is not there. */
  async function call(method: Method, key: string, body: string, signal: AbortSignal): Promise<Answer> {
    const path = `${place.folder}/${key.split('/').map(encodeSegment).join('/')}`;
    const headers = method === 'PUT' ? headersOf(body) : {};
    const answer = await sendSigned(
      { service: 's3', method, endpoint: place.endpoint, path, headers, body },
      signal,
    ).catch((error: Error) => error);
    if (!(answer instanceof Error) && isExpected(method, answer.status)) return answer;
    signal.throwIfAborted();
    const problem = answer instanceof Error ? answer.name : problemOf(answer);
    throw new ObjectStoreError(`${method} s3://${bucket}/${key} failed: ${problem}`);
  }

  return {
    async put(key, body, signal) {
      await call('PUT', key, body, signal);
    },
    async get(key, signal) {
      const { status, text } = await call('GET', key, '', signal);
      return status === 404 ? undefined : text;
    },
    async delete(key, signal) {
      await call('DELETE', key, '', signal);
    },
  };
}

/**
 * An object that is missing answers 404 only to a caller that may list the bucket, which the forwarder may.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html
 */
function isExpected(method: Method, status: number): boolean {
  if (method === 'GET') return status === 200 || status === 404;
  return status === (method === 'PUT' ? 200 : 204);
}

/** A status and S3's code. */
function problemOf({ status, text }: Answer): string {
  const [, code = ''] = /<Code>(\w+)<\/Code>/.exec(text) ?? [];
  return `${status} ${code}`.trim();
}

function headersOf(body: string): Record<string, string> {
  return { 'content-type': 'application/json', 'content-length': String(Buffer.byteLength(body)) };
}

/** Another endpoint finds buckets by path. https://docs.aws.amazon.com/AmazonS3/latest/userguide/VirtualHosting.html */
function placeOf(
  bucket: string,
  region: string,
  endpoint: string | undefined,
): { endpoint: Endpoint; folder: string } {
  if (endpoint !== undefined) return { endpoint: endpointOf(endpoint), folder: `/${bucket}` };
  const suffix = region.startsWith('cn-') ? 'amazonaws.com.cn' : 'amazonaws.com';
  return { endpoint: { protocol: 'https:', hostname: `${bucket}.s3.${region}.${suffix}` }, folder: '' };
}

/** Percent-encodes every byte but the unreserved ones, as Signature Version 4 asks. */
function encodeSegment(segment: string): string {
  return encodeURIComponent(segment).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}
