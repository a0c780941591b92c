import { createHash, createHmac } from 'node:crypto';
import { SignatureV4 } from '@smithy/signature-v4';
import type { ClientConfig } from './start-services.ts';

export interface JsonCall {
  service: string;
  /** `<service id>.<operation>` */
  target: string;
  body: object;
  /** Epoch ms. */
  now?: number;
}

/** A call in AWS's JSON protocol 1.0, as signed by AWS's own signer, for what no SDK sends. */
export async function jsonCall(
  { endpoint, region, credentials }: ClientConfig,
  { service, target, body, now = Date.now() }: JsonCall,
) {
  const { host, hostname, port } = new URL(endpoint);
  const text = JSON.stringify(body);
  const signer = new SignatureV4({ credentials, region, service, sha256: Sha256 });
  const { headers } = await signer.sign(
    {
      method: 'POST',
      protocol: 'http:',
      hostname,
      port: Number(port),
      path: '/',
      query: {},
      headers: { host, 'x-amz-target': target, 'content-type': 'application/x-amz-json-1.0' },
      body: text,
    },
    { signingDate: new Date(now) },
  );
  const response = await fetch(endpoint, { method: 'POST', headers, body: text });
  return { status: response.status, body: JSON.parse(await response.text()) };
}

class Sha256 {
  readonly #hash: ReturnType<typeof createHash> | ReturnType<typeof createHmac>;

  constructor(secret?: string | ArrayBuffer | ArrayBufferView) {
    this.#hash = secret === undefined ? createHash('sha256') : createHmac('sha256', bytes(secret));
  }

  update(data: string | ArrayBuffer | ArrayBufferView): void {
    this.#hash.update(bytes(data));
  }

  async digest(): Promise<Uint8Array> {
    return new Uint8Array(this.#hash.digest());
  }

  reset(): void {
    throw new Error('A hash is used once');
  }
}

function bytes(data: string | ArrayBuffer | ArrayBufferView): Buffer {
  if (typeof data === 'string') return Buffer.from(data);
  return ArrayBuffer.isView(data)
    ? Buffer.from(data.buffer, data.byteOffset, data.byteLength)
    : Buffer.from(data);
}
