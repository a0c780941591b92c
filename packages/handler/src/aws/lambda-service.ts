import type { Readable } from 'node:stream';
import type { HttpResponse } from '@smithy/types';
import { readBody } from './read-body.ts';
import { endpointAt, type ServiceEndpoint, serviceEndpoint } from './service-endpoint.ts';
import { serviceError } from './service-error.ts';

/** Lambda in one region: where it is, its errors, and its time. */
export interface LambdaService {
  place: ServiceEndpoint;
  /** Epoch ms, by AWS's clock once one of its answers showed that ours is wrong. */
  now(): number;
  /**
   * Rejects with the error of an answer that is none of success.
   *
   * @param signedAt epoch ms, of the request's signature
   */
  fail(response: HttpResponse, signedAt: number): Promise<never>;
}

/** AWS refuses a signature whose time is more than 5 min from its own. */
const SKEW_MS = 4 * 60_000;

/**
 * @param endpoint another one than that of the environment, e.g. `http://127.0.0.1:4566`
 * @throws {EndpointError}
 */
export function createLambdaService(region: string, endpoint: string | undefined): LambdaService {
  /** From our clock to AWS's. */
  let offsetMs = 0;
  return {
    place: endpoint === undefined ? serviceEndpoint('lambda', region) : endpointAt(endpoint),
    now: () => Date.now() + offsetMs,
    async fail({ statusCode: status, headers, body }, signedAt) {
      const text = await readBody(body as Readable);
      const error = serviceError({ status, headers, text });
      const serverTime = Date.parse(headers.date ?? '');
      if (!(Math.abs(serverTime - signedAt) > SKEW_MS)) throw error;
      offsetMs = serverTime - Date.now();
      const { $metadata } = error as { $metadata?: object };
      throw Object.assign(error, { $metadata: { ...$metadata, clockSkewCorrected: true } });
    },
  };
}
