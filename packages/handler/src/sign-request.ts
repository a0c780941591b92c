import { createHash, createHmac, createSecretKey, type KeyObject } from 'node:crypto';
import type { HttpRequest } from '@smithy/types';

export interface SigningCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string | undefined;
}

export interface Signing {
  /** As signatures name it, e.g. `lambda`. */
  service: string;
  region: string;
  date: Date;
  /** Hex SHA-256 of the body: known beforehand, it is not hashed again for every target. */
  bodySha256: string;
}

const ALGORITHM = 'AWS4-HMAC-SHA256';

/**
 * Signs a request without a query by its headers, in place. The SDK's own signer does the same for any request, and
 * takes longer (docs/performance.md).
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
 *
 * @param request with a path that is encoded as it is sent, names of headers in lower case, and no space around a value
 */
export function signRequest<Request extends Pick<HttpRequest, 'method' | 'path' | 'headers'>>(
  request: Request,
  credentials: SigningCredentials,
  { service, region, date, bodySha256 }: Signing,
): Request {
  const { method, path, headers } = request;
  const time = `${date.toISOString().slice(0, 19).replaceAll(/[-:]/g, '')}Z`;
  headers['x-amz-date'] = time;
  headers['x-amz-content-sha256'] = bodySha256;
  if (credentials.sessionToken !== undefined) headers['x-amz-security-token'] = credentials.sessionToken;

  const names = Object.keys(headers).filter(mustBeSigned).sort();
  const signed = names.join(';');
  const canonicalHeaders = names.map((name) => `${name}:${headers[name]}\n`).join('');
  const canonicalRequest = `${method}\n${canonicalPath(path, service)}\n\n${canonicalHeaders}\n${signed}\n${bodySha256}`;
  const scope = `${time.slice(0, 8)}/${region}/${service}/aws4_request`;
  const toSign = `${ALGORITHM}\n${time}\n${scope}\n${createHash('sha256').update(canonicalRequest).digest('hex')}`;
  const signature = createHmac('sha256', signingKey(credentials, scope)).update(toSign).digest('hex');
  headers.authorization = `${ALGORITHM} Credential=${credentials.accessKeyId}/${scope}, SignedHeaders=${signed}, Signature=${signature}`;
  return request;
}

function mustBeSigned(name: string): boolean {
  return name === 'host' || name === 'content-type' || name.startsWith('x-amz-');
}

/** Every service but S3 encodes the path once more; of one that is encoded, that changes the percent signs alone. */
function canonicalPath(path: string, service: string): string {
  return service === 's3' ? path : path.replaceAll('%', '%25');
}

/** The last key of each set of credentials, for as long as they are kept. */
const keys = new WeakMap<SigningCredentials, { scope: string; key: KeyObject }>();

function signingKey(credentials: SigningCredentials, scope: string): KeyObject {
  const known = keys.get(credentials);
  if (known?.scope === scope) return known.key;
  const secret = createSecretKey(`AWS4${credentials.secretAccessKey}`, 'utf8');
  const key = scope.split('/').reduce(hmac, secret);
  keys.set(credentials, { scope, key });
  return key;
}

/** With keys as objects: of bytes, Node makes one for every use, which takes longer than the hash. */
function hmac(key: KeyObject, text: string): KeyObject {
  return createSecretKey(createHmac('sha256', key).update(text).digest());
}
