import { createHmac } from 'node:crypto';

/**
 * Stands for the part of `@smithy/signature-v4` that derives signing keys. That one keeps the last 50 by a hash of the
 * credentials: with more roles than that, every call would derive its key anew.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
 */
export function createScope(shortDate: string, region: string, service: string): string {
  return `${shortDate}/${region}/${service}/aws4_request`;
}

interface Credentials {
  accessKeyId: string;
  secretAccessKey: string;
}

/** The last key of each set of credentials, for as long as they are kept. */
const keys = new WeakMap<Credentials, { of: readonly string[]; key: Buffer }>();

export async function getSigningKey(
  _sha256: unknown,
  credentials: Credentials,
  ...[shortDate, region, service]: [shortDate: string, region: string, service: string]
): Promise<Uint8Array> {
  const of = [credentials.secretAccessKey, shortDate, region, service];
  const known = keys.get(credentials);
  if (known?.of.every((part, index) => part === of[index])) return known.key;
  const first = Buffer.from(`AWS4${credentials.secretAccessKey}`);
  const derived = [shortDate, region, service, 'aws4_request'].reduce(hmac, first);
  // Copied: that is within memory which Buffers share, and a digest has some of its own.
  const key = Buffer.from(derived);
  keys.set(credentials, { of, key });
  return key;
}

function hmac(key: Buffer, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest();
}

export function clearCredentialCache(): void {}
