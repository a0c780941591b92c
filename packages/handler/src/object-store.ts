import { createHash } from 'node:crypto';
import type { NodeHttpHandler } from '@smithy/node-http-handler';
import type { AwsCredentialIdentityProvider, HttpRequest } from '@smithy/types';
import { type Clock, sleep, systemClock } from './clock.ts';
import { signRequest } from './sign-request.ts';

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

interface Answer {
  status: number;
  text: string;
}

const ATTEMPTS = 3;
const WAIT_MS = 200;

/**
 * Three operations of S3, sent by a part of the SDK that is here already: the complete client would add 139 KB to the
 * bundle (docs/dependencies.md).
 */
export function createObjectStore(options: {
  bucket: string;
  region: string;
  /** Another endpoint than AWS's own, e.g. `http://127.0.0.1:4566`. */
  endpoint?: string | undefined;
  credentials: AwsCredentialIdentityProvider;
  requestHandler: Pick<NodeHttpHandler, 'handle'>;
  clock?: Clock;
}): ObjectStore {
  const { bucket, region, endpoint, credentials, requestHandler, clock = systemClock } = options;
  const place = placeOf(bucket, region, endpoint);

  async function send(method: Method, key: string, body: string, abortSignal: AbortSignal): Promise<Answer> {
    const path = `${place.path}/${key.split('/').map(encodeSegment).join('/')}`;
    const headers = headersOf(method, place.hostname, place.port, body);
    const request = { ...place, path, method, query: {}, headers, body } as HttpRequest;
    const bodySha256 = createHash('sha256').update(body).digest('hex');
    const signing = { service: 's3', region, date: new Date(clock.now()), bodySha256 } as const;
    const signed = signRequest(request, await credentials(), signing);
    const { response } = await requestHandler.handle(signed as never, {
      abortSignal,
      requestTimeout: 10_000,
    });
    const parts: Uint8Array[] = [];
    for await (const part of response.body) parts.push(part);
    return { status: response.statusCode, text: Buffer.concat(parts).toString() };
  }

  /** The answer to a call that S3 took, or to a GET of an object that is not there. */
  async function call(method: Method, key: string, body: string, signal: AbortSignal): Promise<Answer> {
    for (let attempts = 1; ; attempts++) {
      const answer = await send(method, key, body, signal).catch((error: Error) => error);
      if (!(answer instanceof Error) && isExpected(method, answer.status)) return answer;
      signal.throwIfAborted();
      const problem = answer instanceof Error ? answer.name : problemOf(answer);
      if (attempts === ATTEMPTS || problem.startsWith('4')) {
        throw new ObjectStoreError(`${method} s3://${bucket}/${key} failed: ${problem}`);
      }
      await sleep(clock, WAIT_MS * attempts, signal);
    }
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

function headersOf(
  method: Method,
  hostname: string,
  port: number | undefined,
  body: string,
): Record<string, string> {
  const host = { host: port === undefined ? hostname : `${hostname}:${port}` };
  if (method !== 'PUT') return host;
  return {
    ...host,
    'content-type': 'application/json',
    'content-length': String(Buffer.byteLength(body)),
  };
}

/** Another endpoint knows buckets by path. https://docs.aws.amazon.com/AmazonS3/latest/userguide/VirtualHosting.html */
function placeOf(bucket: string, region: string, endpoint: string | undefined) {
  if (endpoint === undefined) {
    const suffix = region.startsWith('cn-') ? 'amazonaws.com.cn' : 'amazonaws.com';
    return { protocol: 'https:', hostname: `${bucket}.s3.${region}.${suffix}`, path: '' };
  }
  const { protocol, hostname, port } = new URL(endpoint);
  return { protocol, hostname, ...(port !== '' && { port: Number(port) }), path: `/${bucket}` };
}

/** Percent-encodes every byte but the unreserved ones, as Signature Version 4 asks. */
function encodeSegment(segment: string): string {
  return encodeURIComponent(segment).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}
