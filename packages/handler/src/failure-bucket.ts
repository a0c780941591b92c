import { createHash } from 'node:crypto';
import type { NodeHttpHandler } from '@smithy/node-http-handler';
import type { AwsCredentialIdentityProvider, HttpRequest } from '@smithy/types';
import { signRequest } from './sign-request.ts';

/** Keeps what fits into no queue. */
export interface FailureBucket {
  /** @throws {FailureBucketError} when S3 does not take the object in three calls */
  put(key: string, body: string, signal: AbortSignal): Promise<void>;
}

/** Thrown when an object could not be put. */
export class FailureBucketError extends Error {
  override readonly name = 'FailureBucketError';
}

const ATTEMPTS = 3;
const WAIT_MS = 200;

/**
 * One operation of S3, sent by a part of the SDK that is here already: the whole client would add 139 KB to the bundle
 * (docs/dependencies.md).
 */
export function createFailureBucket(options: {
  bucket: string;
  region: string;
  /** Of another endpoint than AWS's own, e.g. `http://127.0.0.1:4566`. */
  endpoint?: string | undefined;
  credentials: AwsCredentialIdentityProvider;
  requestHandler: Pick<NodeHttpHandler, 'handle'>;
}): FailureBucket {
  const { bucket, region, endpoint, credentials, requestHandler } = options;
  const place = placeOf(bucket, region, endpoint);

  return {
    async put(key, body, abortSignal) {
      const path = `${place.path}/${key.split('/').map(encodeSegment).join('/')}`;
      const headers = headersOf(place.hostname, place.port, body);
      const request = { ...place, path, method: 'PUT', query: {}, headers, body };
      const bodySha256 = createHash('sha256').update(body).digest('hex');
      for (let attempts = 1; ; attempts++) {
        const problem = await send(request, bodySha256, abortSignal).catch((error: Error) => error.name);
        if (problem === undefined) return;
        abortSignal.throwIfAborted();
        if (attempts === ATTEMPTS || problem.startsWith('4')) {
          throw new FailureBucketError(`s3://${bucket}/${key} could not be put: ${problem}`);
        }
        await new Promise((resolve) => setTimeout(resolve, WAIT_MS * attempts));
      }
    },
  };

  /** Undefined once the object is there, or what was answered instead: a status and S3's code. */
  async function send(
    request: HttpRequest,
    bodySha256: string,
    abortSignal: AbortSignal,
  ): Promise<string | undefined> {
    const signing = { service: 's3', region, date: new Date(), bodySha256 } as const;
    const signed = signRequest(request, await credentials(), signing);
    const { response } = await requestHandler.handle(signed as never, {
      abortSignal,
      requestTimeout: 10_000,
    });
    let text = '';
    for await (const part of response.body) text += String(part);
    if (response.statusCode === 200) return undefined;
    const [, code = ''] = /<Code>(\w+)<\/Code>/.exec(text) ?? [];
    return `${response.statusCode} ${code}`.trim();
  }
}

function headersOf(hostname: string, port: number | undefined, body: string): Record<string, string> {
  return {
    host: port === undefined ? hostname : `${hostname}:${port}`,
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

/** Every byte but the unreserved ones, as Signature Version 4 has it. */
function encodeSegment(segment: string): string {
  return encodeURIComponent(segment).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}
