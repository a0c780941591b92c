import { createHmac, hash, timingSafeEqual } from 'node:crypto';
import { AwsError } from '../shared/aws-error.ts';
import type { AccessKeys } from './access-keys.ts';
import type { HttpRequest } from './http.ts';

/** How the signatures of a service differ from those of the services with a JSON protocol. */
export interface SigningRules {
  /** The service's names of the errors. */
  readonly refusals: Readonly<Record<Refusal, string>>;
  /** The path is signed as it is sent; other services sign it encoded once more. */
  readonly signsPathAsSent?: boolean;
  /** @throws {AwsError} for headers that the service requires, and that are missing, not signed or wrong */
  readonly checkHeaders?: (request: HttpRequest, signedHeaders: readonly string[]) => void;
}

type Refusal = 'expired' | 'mismatch' | 'skewed' | 'unknown';

const JSON_RULES: SigningRules = {
  refusals: {
    expired: 'ExpiredTokenException',
    mismatch: 'InvalidSignatureException',
    skewed: 'InvalidSignatureException',
    unknown: 'UnrecognizedClientException',
  },
};

const ALGORITHM = 'AWS4-HMAC-SHA256';
/** How far a request's date may be from the server's. */
const TOLERANCE_MS = 5 * 60_000;

/**
 * Verifies a request's Signature Version 4.
 * The hash of the body is calculated here, whatever `x-amz-content-sha256` says.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
 *
 * @returns who signed the request, and for which service and region
 * @throws {AwsError} as AWS answers: a signature missing, incomplete, wrong, too old, or of unknown credentials
 */
export function verifySignature(request: HttpRequest, keys: AccessKeys, now: number, rules = JSON_RULES) {
  const refusal = (reason: Refusal, message: string) => new AwsError(rules.refusals[reason], message, 403);
  const { accessKeyId, date, region, service, signedHeaders, signature } = parseAuthorization(request);
  const amzDate = request.headers['x-amz-date'] ?? '';
  if (!amzDate.startsWith(date) || Number.isNaN(parseAmzDate(amzDate))) {
    throw new AwsError(
      'IncompleteSignature',
      `Date must be in ISO-8601 'basic format'. Got '${amzDate}'.`,
      403,
    );
  }
  rules.checkHeaders?.(request, signedHeaders);
  const held = keys.find(accessKeyId);
  if (held === undefined || held.credentials.sessionToken !== request.headers['x-amz-security-token'])
    throw refusal('unknown', 'The security token included in the request is invalid.');
  const { principal, credentials } = held;
  if (credentials.expiresAt !== undefined && credentials.expiresAt <= now)
    throw refusal('expired', 'The security token included in the request is expired');
  if (Math.abs(parseAmzDate(amzDate) - now) > TOLERANCE_MS) {
    throw refusal(
      'skewed',
      `Signature expired or not yet current: ${amzDate} is not within 5 minutes of the server's time`,
    );
  }

  const scope = `${date}/${region}/${service}/aws4_request`;
  const canonical = hash('sha256', canonicalRequest(request, signedHeaders, rules));
  const toSign = [ALGORITHM, amzDate, scope, canonical].join('\n');
  const key = signingKey(credentials.secretAccessKey, date, region, service);
  const expected = hmac(key, toSign).toString('hex');
  if (!timingSafeEqual(Buffer.from(expected), Buffer.from(signature))) {
    throw refusal(
      'mismatch',
      'The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method.',
    );
  }
  return { principal, service, region };
}

/** The service that a request claims to be signed for. */
export function claimedService(request: HttpRequest): string | undefined {
  return /Credential=[^/, ]+\/\d{8}\/[^/, ]+\/([^/, ]+)\/aws4_request/.exec(
    request.headers.authorization ?? '',
  )?.[1];
}

function parseAuthorization(request: HttpRequest) {
  const authorization = request.headers.authorization;
  if (authorization === undefined)
    throw new AwsError('MissingAuthenticationTokenException', 'Missing Authentication Token', 403);
  const match = new RegExp(
    `^${ALGORITHM} Credential=([^/, ]+)/(\\d{8})/([^/, ]+)/([^/, ]+)/aws4_request, ?SignedHeaders=([^, ]+), ?Signature=([0-9a-f]{64})$`,
  ).exec(authorization);
  if (match === null) {
    throw new AwsError(
      'IncompleteSignature',
      `Authorization header is not of the form "${ALGORITHM} Credential=…, SignedHeaders=…, Signature=…"`,
      403,
    );
  }
  const [, accessKeyId = '', date = '', region = '', service = '', headers = '', signature = ''] = match;
  return { accessKeyId, date, region, service, signedHeaders: headers.split(';'), signature };
}

function canonicalRequest(
  request: HttpRequest,
  signedHeaders: readonly string[],
  { signsPathAsSent }: SigningRules,
): string {
  const headers = signedHeaders.map(
    (name) => `${name}:${(request.headers[name] ?? '').trim().replace(/ +/g, ' ')}\n`,
  );
  const path = signsPathAsSent ? request.path : request.path.split('/').map(encode).join('/');
  const query = [...request.query]
    .map(([key, value]) => [encode(key), encode(value)] as const)
    .sort(([a, valueOfA], [b, valueOfB]) => compare(a, b) || compare(valueOfA, valueOfB))
    .map((pair) => pair.join('='));
  return [
    request.method,
    path,
    query.join('&'),
    headers.join(''),
    signedHeaders.join(';'),
    hash('sha256', request.body),
  ].join('\n');
}

/** Percent-encodes all characters except letters, digits and -._~ (RFC 3986). */
function encode(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

/** By code points, as signing wants it; a name before all longer ones that start with it. */
function compare(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

function signingKey(secret: string, date: string, region: string, service: string): Buffer {
  return [date, region, service, 'aws4_request'].reduce(hmac, Buffer.from(`AWS4${secret}`));
}

function hmac(key: Buffer, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest();
}

function parseAmzDate(text: string): number {
  return Date.parse(text.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, '$1-$2-$3T$4:$5:$6Z'));
}
