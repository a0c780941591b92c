import { createHash } from 'node:crypto';
import type { NodeHttpHandler } from '@smithy/node-http-handler';
import { SignatureV4 } from '@smithy/signature-v4';
import type {
  AwsCredentialIdentityProvider,
  ChecksumConstructor,
  HashConstructor,
  HttpRequest,
} from '@smithy/types';

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
 * One operation of S3, signed and sent by the parts of the SDK that are here already: the whole client would add
 * 139 KB to the bundle (docs/dependencies.md).
 */
export function createFailureBucket(options: {
  bucket: string;
  region: string;
  /** Of another endpoint than AWS's own, e.g. `http://127.0.0.1:4566`. */
  endpoint?: string | undefined;
  credentials: AwsCredentialIdentityProvider;
  sha256: ChecksumConstructor | HashConstructor;
  requestHandler: Pick<NodeHttpHandler, 'handle'>;
}): FailureBucket {
  const { bucket, region, endpoint, credentials, sha256, requestHandler } = options;
  // Unlike other services, S3 signs the path as it is sent.
  const signer = new SignatureV4({ service: 's3', region, credentials, sha256, uriEscapePath: false });
  const place = placeOf(bucket, region, endpoint);

  return {
    async put(key, body, abortSignal) {
      const path = `${place.path}/${key.split('/').map(encodeSegment).join('/')}`;
      const request = {
        ...place,
        path,
        method: 'PUT',
        query: {},
        headers: headersOf(place.hostname, place.port, body),
        body,
      };
      for (let attempts = 1; ; attempts++) {
        const problem = await send(request, abortSignal).catch((error: Error) => error.name);
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
  async function send(request: HttpRequest, abortSignal: AbortSignal): Promise<string | undefined> {
    const signed = await signer.sign(request);
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
    'x-amz-content-sha256': createHash('sha256').update(body).digest('hex'),
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
