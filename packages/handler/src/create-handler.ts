import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import { SSMClient } from '@aws-sdk/client-ssm';
import { STSClient } from '@aws-sdk/client-sts';
import { assembleHandler, CALLS, type Ways } from './assemble-handler.ts';
import { createCallSqs } from './aws/call-sqs.ts';
import { createHttpHandler } from './aws/http-handler.ts';
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
  const agents = { http: new HttpAgent(agent), https: new HttpsAgent(agent) };
  const requestHandler = createHttpHandler({ agents });
  const ssm = new SSMClient({ requestHandler: requestHandler as never });
  const sts = new STSClient({ requestHandler: requestHandler as never });
  const sendSigned = createSendSigned({ region, credentials: ssm.config.credentials, requestHandler });
  const callSqs = createCallSqs({ endpoint: sqsEndpoint, sendSigned, trace });
  const objects = createObjectStore({ bucket, region, endpoint: s3Endpoint, sendSigned });
  const invoke = createInvoke({ requestHandler, trace });
  return assembleHandler({ services: { ssm, sts, callSqs, objects, invoke }, environment, ...ways });
}
