import { hash } from 'node:crypto';
import type { Readable } from 'node:stream';
import { type Clock, sleep, systemClock } from '../invocation/clock.ts';
import type { HttpHandler } from './http-handler.ts';
import { readBody } from './read-body.ts';
import { type SigningCredentials, signRequest } from './sign-request.ts';

/** A call of a service by a request of the handler's own. */
export interface SignedCall {
  service: 's3' | 'sqs' | 'ssm' | 'sts';
  method: string;
  endpoint: Endpoint;
  /** Encoded as it is sent, without a query. */
  path: string;
  /** Other than `host` and those of the signature; names in lower case. */
  headers: Readonly<Record<string, string>>;
  body: string;
}

export interface Endpoint {
  protocol: string;
  hostname: string;
  port?: number;
}

export interface Answer {
  status: number;
  text: string;
}

/**
 * Makes a call, up to three times while it fails in a way that may pass. Resolves with the service's answer, whatever it
 * says; rejects where none came, and with the signal's reason once that aborts.
 */
export type SendSigned = (call: SignedCall, signal: AbortSignal) => Promise<Answer>;

export interface SendSignedOptions {
  region: string;
  /** The same object each time, for as long as they hold. */
  credentials(): Promise<SigningCredentials>;
  requestHandler: HttpHandler;
  clock?: Clock;
  /** 0 to 1, as `Math.random`. */
  random?: () => number;
}

const ATTEMPTS = 3;
/** At the longest, after the first try; twice as long after the second. */
const LONGEST_WAIT_MS = 400;
const TIMEOUT_MS = 10_000;
/** AWS refuses a signature whose time is more than 5 min from its own. */
const SKEW_MS = 4 * 60_000;

export function createSendSigned(options: SendSignedOptions): SendSigned {
  const { region, credentials, requestHandler, clock = systemClock, random = Math.random } = options;
  /** From our clock to AWS's, once a refusal showed that ours is wrong. */
  let offsetMs = 0;

  /** Whether a refusal came from the time of a signature, epoch ms; ours is then corrected. */
  function isWrongTime(status: number, signedAt: number, date: string | undefined): boolean {
    const serverTime = Date.parse(date ?? '');
    // Services that speak JSON refuse a signature with 400.
    if (status < 400 || !(Math.abs(serverTime - signedAt) > SKEW_MS)) return false;
    offsetMs = serverTime - clock.now();
    return true;
  }

  async function sendOnce(
    call: SignedCall,
    abortSignal: AbortSignal,
  ): Promise<{ answer: Answer; mayPass: boolean }> {
    const { service, method, endpoint, path, body } = call;
    const { hostname, port } = endpoint;
    const host = port === undefined ? hostname : `${hostname}:${port}`;
    const headers = { host, ...call.headers };
    const request = { ...endpoint, path, method, headers, body };
    const bodySha256 = hash('sha256', body);
    const date = new Date(clock.now() + offsetMs);
    signRequest(request, await credentials(), { service, region, date, bodySha256 });
    const { response } = await requestHandler.handle(request, {
      abortSignal,
      requestTimeout: TIMEOUT_MS,
    });
    const answer = { status: response.statusCode, text: await readBody(response.body as Readable) };
    return {
      answer,
      mayPass: mayPass(answer) || isWrongTime(answer.status, date.getTime(), response.headers.date),
    };
  }

  return async (call, signal) => {
    for (let attempts = 1; ; attempts++) {
      const outcome = await sendOnce(call, signal).catch((error: Error) => error);
      if (!(outcome instanceof Error) && !outcome.mayPass) return outcome.answer;
      signal.throwIfAborted();
      if (attempts === ATTEMPTS) {
        if (outcome instanceof Error) throw outcome;
        return outcome.answer;
      }
      // At random, so that many environments do not come back together.
      await sleep(clock, LONGEST_WAIT_MS * attempts * random(), signal);
    }
  };
}

/** SQS calls throttling a bad request. */
function mayPass({ status, text }: Answer): boolean {
  return status >= 500 || status === 429 || (status === 400 && /throttl/i.test(text));
}

/** An endpoint as a URL names it, e.g. `http://127.0.0.1:4566`. */
export function endpointOf(url: string): Endpoint {
  const { protocol, hostname, port } = new URL(url);
  return { protocol, hostname, ...(port !== '' && { port: Number(port) }) };
}
