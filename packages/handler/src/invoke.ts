import { AsyncLocalStorage } from 'node:async_hooks';
import { InvokeCommand, type InvokeCommandOutput, LambdaClient } from '@aws-sdk/client-lambda';
import { getSchemaSerdePlugin } from '@smithy/core/schema';
import type { NodeHttpHandler } from '@smithy/node-http-handler';
import type { HttpHandlerOptions, RequestSigner } from '@smithy/types';
import type { Invocation } from '@xacct/core';
import type { Payload } from './pack.ts';
import type { RoleCredentials } from './role-credentials.ts';
import { signRequest } from './sign-request.ts';

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
export function createInvoke(options: {
  requestHandler: Pick<NodeHttpHandler, 'handle'>;
  /** Of another endpoint than the one that the SDK finds. */
  endpoint?: string;
}): Invoke {
  const senders = new Map<string, Send>();

  const senderFor = (region: string) => {
    let send = senders.get(region);
    if (send === undefined) {
      send = createSender(region, options);
      senders.set(region, send);
    }
    return send;
  };

  return ({ functionArn, region, invocation, payload, credentials, signal }) => {
    const command = new InvokeCommand({
      FunctionName: functionArn,
      InvocationType: invocation === 'event' ? 'Event' : 'RequestResponse',
      Payload: payload.body,
    });
    const call: Call = {
      credentials,
      region,
      bodySha256: payload.sha256,
      limits: { abortSignal: signal, ...(invocation === 'event' && { requestTimeout: EVENT_TIMEOUT_MS }) },
    };
    return currentCall.run(call, () => senderFor(region)(command));
  };
}

/** What is of one call alone. The rest of a client's way to send a command is the same for all, and made once. */
interface Call {
  credentials: RoleCredentials;
  region: string;
  bodySha256: string;
  limits: HttpHandlerOptions;
}

const currentCall = new AsyncLocalStorage<Call>();

function callUnderWay(): Call {
  const call = currentCall.getStore();
  if (call === undefined) throw new Error('A request to Lambda left the context of its call');
  return call;
}

type Send = (command: InvokeCommand) => Promise<InvokeCommandOutput>;

/** A client's `send`, with what is the same for all calls of a region made once. */
function createSender(
  region: string,
  { requestHandler, ...config }: Parameters<typeof createInvoke>[0],
): Send {
  const client = new LambdaClient({
    ...config,
    region,
    requestHandler: {
      handle: (request: Parameters<NodeHttpHandler['handle']>[0]) =>
        requestHandler.handle(request, callUnderWay().limits),
    },
    credentials: NO_CREDENTIALS,
    signer: { sign: signForItsCall },
  });
  const { middlewareStack } = client;
  // What tells AWS of the runtime, put together anew for each call, and logs nobody asked for.
  for (const name of ['getUserAgentMiddleware', 'loggerMiddleware']) middlewareStack.remove(name);
  // Retries are the caller's, who knows how much time is left.
  middlewareStack.add((next) => next, {
    name: 'retryMiddleware',
    step: 'finalizeRequest',
    priority: 'high',
    override: true,
  });
  // Each call copies the settings three times: from this plain object in 1 µs, from the client's own in 27.
  const settings = { ...client.config };
  middlewareStack.use(getSchemaSerdePlugin(settings));
  const handle = new InvokeCommand({ FunctionName: '' }).resolveMiddleware(
    middlewareStack,
    settings,
    undefined,
  );
  return async (command) => (await handle(command)).output;
}

const signForItsCall: RequestSigner['sign'] = async (request, { signingDate } = {}) => {
  const { credentials, region, bodySha256 } = callUnderWay();
  return signRequest(request, credentials, {
    service: 'lambda',
    region,
    // Corrected by the SDK, which learns the time at AWS from its answers.
    date: new Date(signingDate ?? Date.now()),
    bodySha256,
  });
};

/** The client wants credentials to start with; the signer never looks at them. */
const NO_CREDENTIALS = { accessKeyId: '', secretAccessKey: '' };
