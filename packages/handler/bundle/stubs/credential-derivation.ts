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
const keys = new WeakMap<Credentials, { of: string; key: Buffer }>();

export async function getSigningKey(
  _sha256: unknown,
  credentials: Credentials,
  shortDate: string,
  region: string,
  service: string,
): Promise<Uint8Array> {
  const { secretAccessKey } = credentials;
  const of = `${createScope(shortDate, region, service)} ${secretAccessKey}`;
  let known = keys.get(credentials);
  if (known?.of !== of) {
    const parts = [shortDate, region, service, 'aws4_request'];
    known = { of, key: parts.reduce(hmac, Buffer.from(`AWS4${secretAccessKey}`)) };
    keys.set(credentials, known);
  }
  return known.key;
}

function hmac(key: Buffer, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest();
}

export function clearCredentialCache(): void {}
