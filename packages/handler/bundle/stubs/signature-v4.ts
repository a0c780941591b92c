import { createHash } from 'node:crypto';
import type { HttpRequest } from '@smithy/types';
import { type SigningCredentials, signRequest } from '../../src/aws/sign-request.ts';

type Provider<T> = T | (() => Promise<T>);

interface Init {
  service: string;
  region: Provider<string>;
  credentials: Provider<SigningCredentials>;
}

interface Signing {
  signingDate?: Date;
  signingRegion?: string;
  signingService?: string;
}

/** Stands for the SDK's signer: the handler has one. The SDK's requests to SSM and STS have no query. */
export class SignatureV4 {
  readonly #init: Init;

  constructor(init: Init) {
    this.#init = init;
  }

  async sign(request: HttpRequest, options: Signing = {}): Promise<HttpRequest> {
    const { service, region, credentials } = this.#init;
    const { signingDate = new Date(), signingService = service, signingRegion } = options;
    const headers = Object.entries(request.headers).map(([name, value]) => [name.toLowerCase(), value]);
    const signed = { ...request, headers: Object.fromEntries(headers) };
    return signRequest(signed, await provided(credentials), {
      service: signingService,
      region: signingRegion ?? (await provided(region)),
      date: signingDate,
      bodySha256: createHash('sha256')
        .update(request.body ?? '')
        .digest('hex'),
    });
  }
}

function provided<T extends string | object>(provider: Provider<T>): T | Promise<T> {
  return typeof provider === 'function' ? provider() : provider;
}
