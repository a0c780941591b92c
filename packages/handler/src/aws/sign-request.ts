import { createHmac, createSecretKey, hash, type KeyObject } from 'node:crypto';
import type { HttpRequest } from '@smithy/types';

export interface SigningCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string | undefined;
}

export interface Signing {
  /** The name in signatures, e.g. `lambda`. */
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
  const time = signingTime(date.getTime());
  headers['x-amz-date'] = time;
  headers['x-amz-content-sha256'] = bodySha256;
  if (credentials.sessionToken !== undefined) headers['x-amz-security-token'] = credentials.sessionToken;

  const names = Object.keys(headers).filter(mustBeSigned).sort();
  const signedHeaders = names.join(';');
  const canonicalHeaders = names.map((name) => `${name}:${headers[name]}\n`).join('');
  const canonicalPath = service === 's3' ? path : encodedAgain(path);
  const canonicalRequest = `${method}\n${canonicalPath}\n\n${canonicalHeaders}\n${signedHeaders}\n${bodySha256}`;
  headers.authorization = authorization(
    { canonicalRequest, signedHeaders, time, region, service },
    credentials,
  );
  return request;
}

/** The header that signs a request. */
export function authorization(
  request: {
    canonicalRequest: string;
    /** Names, in order, with semicolons between them. */
    signedHeaders: string;
    time: string;
    region: string;
    service: string;
  },
  credentials: SigningCredentials,
): string {
  const { canonicalRequest, signedHeaders, time, region, service } = request;
  const scope = scopeOf(time.slice(0, 8), region, service);
  const toSign = `${ALGORITHM}\n${time}\n${scope.text}\n${hash('sha256', canonicalRequest)}`;
  const signature = createHmac('sha256', signingKey(credentials, scope)).update(toSign).digest('hex');
  return `${ALGORITHM} Credential=${credentials.accessKeyId}/${scope.text}, SignedHeaders=${signedHeaders}, Signature=${signature}`;
}

let last = { second: Number.NaN, text: '' };

/**
 * A time as signatures have it, e.g. `20260102T030405Z`: mostly that of the call before.
 *
 * @param now epoch ms
 */
export function signingTime(now: number): string {
  const second = Math.floor(now / 1000);
  if (second !== last.second) {
    const text = new Date(now).toISOString().slice(0, 19).replaceAll(/[-:]/g, '');
    last = { second, text: `${text}Z` };
  }
  return last.text;
}

/** Every service but S3 encodes the path once more; in a path that is encoded, that changes only the percent signs. */
export function encodedAgain(path: string): string {
  return path.replaceAll('%', '%25');
}

function mustBeSigned(name: string): boolean {
  return name === 'host' || name === 'content-type' || name.startsWith('x-amz-');
}

interface Scope {
  day: string;
  /** The name in signatures. */
  text: string;
  /** The last key of each set of credentials, for as long as they are kept. */
  keys: WeakMap<SigningCredentials, KeyObject>;
}

/** The scope of the day, by region and service. */
const scopes = new Map<string, Scope>();

function scopeOf(day: string, region: string, service: string): Scope {
  const place = `${region}/${service}`;
  const known = scopes.get(place);
  if (known?.day === day) return known;
  const scope: Scope = { day, text: `${day}/${place}/aws4_request`, keys: new WeakMap() };
  scopes.set(place, scope);
  return scope;
}

function signingKey(credentials: SigningCredentials, { text, keys }: Scope): KeyObject {
  const known = keys.get(credentials);
  if (known !== undefined) return known;
  const secret = createSecretKey(`AWS4${credentials.secretAccessKey}`, 'utf8');
  const key = text.split('/').reduce(hmac, secret);
  keys.set(credentials, key);
  return key;
}

/** With keys as objects: of bytes, Node makes one for every use, which takes longer than the hash. */
function hmac(key: KeyObject, text: string): KeyObject {
  return createSecretKey(createHmac('sha256', key).update(text).digest());
}
