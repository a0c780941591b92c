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
import type { Chunk } from './pack.ts';
import type { RoleCredentials } from './role-credentials.ts';

export interface InvokeRequest {
  functionArn: string;
  region: string;
  invocation: Invocation;
  chunk: Chunk;
  credentials: RoleCredentials;
  signal: AbortSignal;
}

/** Resolves once the target has the chunk; rejects with the service's error otherwise. */
export type Invoke = (request: InvokeRequest) => Promise<InvokeCommandOutput>;

/**
 * One client a region serves all accounts: every call is signed with the credentials of its own request.
 * They travel beside the call, not in the client's `credentials`: that option is memoized over concurrent calls,
 * and one account's call would go out with another's identity.
 */
export function createInvoke(
  config: Pick<LambdaClientConfig, 'requestHandler' | 'endpoint' | 'maxAttempts'> = {},
): Invoke {
  const clients = new Map<string, LambdaClient>();

  const clientFor = (region: string) => {
    let client = clients.get(region);
    if (client === undefined) {
      client = new LambdaClient({
        ...config,
        region,
        credentials: NO_CREDENTIALS,
        signer: { sign: signForItsCall },
      });
      clients.set(region, client);
    }
    return client;
  };

  return ({ functionArn, region, invocation, chunk, credentials, signal }) => {
    const command = new InvokeCommand({
      FunctionName: functionArn,
      InvocationType: invocation === 'event' ? 'Event' : 'RequestResponse',
      Payload: chunk.payload,
    });
    const client = clientFor(region);
    const call = { signer: signerOf(credentials, client.config.sha256), region, payloadSha256: chunk.sha256 };
    return currentCall.run(call, () => client.send(command, { abortSignal: signal }));
  };
}

/** What the call under way is signed with. */
const currentCall = new AsyncLocalStorage<{ signer: RequestSigner; region: string; payloadSha256: string }>();

const signForItsCall: RequestSigner['sign'] = (request, options) => {
  const call = currentCall.getStore();
  if (call === undefined) throw new Error('A request to Lambda left the context of its call');
  // Set beforehand, it spares hashing the payload again for every target.
  request.headers['x-amz-content-sha256'] = call.payloadSha256;
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
