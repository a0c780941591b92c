import { SSMClient } from '@aws-sdk/client-ssm';
import { STSClient } from '@aws-sdk/client-sts';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import { assembleHandler, CALLS, type Ways } from './assemble-handler.ts';
import { createCallSqs } from './aws/call-sqs.ts';
import { createInvoke } from './aws/invoke.ts';
import { createObjectStore } from './aws/object-store.ts';
import { createSendSigned } from './aws/send-signed.ts';
import type { EventHandler } from './handle-event.ts';
import type { Environment } from './invocation/environment.ts';

/** The handler as Lambda runs it. Clients find their credentials and endpoints in the environment. */
export function createHandler(environment: Environment, ways: Ways = {}): EventHandler {
  const { bucket, region, s3Endpoint, sqsEndpoint } = environment;
  const trace = () => process.env._X_AMZN_TRACE_ID;
  const agent = { keepAlive: true, maxSockets: CALLS };
  const requestHandler = new NodeHttpHandler({
    connectionTimeout: 3_000,
    throwOnRequestTimeout: true,
    httpAgent: agent,
    httpsAgent: agent,
  });
  const ssm = new SSMClient({ requestHandler });
  const sts = new STSClient({ requestHandler });
  const sendSigned = createSendSigned({ region, credentials: ssm.config.credentials, requestHandler });
  const callSqs = createCallSqs({ endpoint: sqsEndpoint, sendSigned, trace });
  const objects = createObjectStore({ bucket, region, endpoint: s3Endpoint, sendSigned });
  const invoke = createInvoke({ requestHandler, trace });
  return assembleHandler({ services: { ssm, sts, callSqs, objects, invoke }, environment, ...ways });
}
