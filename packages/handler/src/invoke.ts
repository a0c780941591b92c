import { AsyncLocalStorage } from 'node:async_hooks';
import {
  InvokeCommand,
  type InvokeCommandOutput,
  LambdaClient,
  type LambdaClientConfig,
} from '@aws-sdk/client-lambda';
import { SignatureV4 } from '@smithy/signature-v4';
import type { ChecksumConstructor, HashConstructor, RequestSigner } from '@smithy/types';
import type { Invocation } from '@xacct/core';
import type { Payload } from './pack.ts';
import type { RoleCredentials } from './role-credentials.ts';

export interface InvokeRequest {
  functionArn: string;
  region: string;
  invocation: Invocation;
  payload: Payload;
  credentials: RoleCredentials;
  signal: AbortSignal;
}

/** Makes one call. Resolves once the target has the payload; rejects with the service's error otherwise. */
export type Invoke = (request: InvokeRequest) => Promise<InvokeCommandOutput>;

/** For a payload to be queued at its target, connection and all. A function that is waited for may take its time. */
const EVENT_TIMEOUT_MS = 10_000;

/**
 * One client a region serves all accounts: every call is signed with the credentials of its own request.
 * They travel beside the call, not in the client's `credentials`: that option is memoized over concurrent calls,
 * and one account's call would go out with another's identity.
 */
export function createInvoke(config: Pick<LambdaClientConfig, 'requestHandler' | 'endpoint'> = {}): Invoke {
  const clients = new Map<string, LambdaClient>();

  const clientFor = (region: string) => {
    let client = clients.get(region);
    if (client === undefined) {
      client = new LambdaClient({
        ...config,
        region,
        // Retries are the caller's, who knows how much time is left.
        maxAttempts: 1,
        credentials: NO_CREDENTIALS,
        signer: { sign: signForItsCall },
      });
      // What tells AWS of the runtime, put together anew for each call, and logs nobody asked for.
      for (const name of ['getUserAgentMiddleware', 'loggerMiddleware']) client.middlewareStack.remove(name);
      clients.set(region, client);
    }
    return client;
  };

  return ({ functionArn, region, invocation, payload, credentials, signal }) => {
    const command = new InvokeCommand({
      FunctionName: functionArn,
      InvocationType: invocation === 'event' ? 'Event' : 'RequestResponse',
      Payload: payload.body,
    });
    const client = clientFor(region);
    const call = { signer: signerOf(credentials, client.config.sha256), region, sha256: payload.sha256 };
    const limits = {
      abortSignal: signal,
      ...(invocation === 'event' && { requestTimeout: EVENT_TIMEOUT_MS }),
    };
    return currentCall.run(call, () => client.send(command, limits));
  };
}

/** What the call under way is signed with. */
const currentCall = new AsyncLocalStorage<{ signer: RequestSigner; region: string; sha256: string }>();

const signForItsCall: RequestSigner['sign'] = (request, options) => {
  const call = currentCall.getStore();
  if (call === undefined) throw new Error('A request to Lambda left the context of its call');
  // Set beforehand, it spares hashing the payload again for every target.
  request.headers['x-amz-content-sha256'] = call.sha256;
  // The client leaves the region to the signer that it was given.
  return call.signer.sign(request, { ...options, signingRegion: call.region });
};

/** The client wants credentials to start with; the signer never looks at them. */
const NO_CREDENTIALS = { accessKeyId: '', secretAccessKey: '' };

const signers = new WeakMap<RoleCredentials, RequestSigner>();

/** One signer for each set of credentials keeps the signing key derived from them. */
function signerOf(
  credentials: RoleCredentials,
  sha256: ChecksumConstructor | HashConstructor,
): RequestSigner {
  let signer = signers.get(credentials);
  if (signer === undefined) {
    // Each call names its region; this one is never used.
    signer = new SignatureV4({ service: 'lambda', region: '-', credentials, sha256 });
    signers.set(credentials, signer);
  }
  return signer;
}
