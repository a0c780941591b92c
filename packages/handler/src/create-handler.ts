import { SSMClient } from '@aws-sdk/client-ssm';
import { STSClient } from '@aws-sdk/client-sts';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import { assembleHandler, CALLS, type Ways } from './assemble-handler.ts';
import { createCallSqs } from './call-sqs.ts';
import type { Environment } from './environment.ts';
import type { EventHandler } from './handle-event.ts';
import { createInvoke } from './invoke.ts';
import { createObjectStore } from './object-store.ts';
import { createSendSigned } from './send-signed.ts';

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
