import { Agent as HttpAgent } from 'node:http';
import { assembleHandler, CALLS, type Ways } from './assemble-handler.ts';
import { createCallSqs } from './aws/call-sqs.ts';
import { createCallSts } from './aws/call-sts.ts';
import { createConnections, whileFirstRead } from './aws/connections.ts';
import { environmentCredentials } from './aws/environment-credentials.ts';
import { createGetParameters } from './aws/get-parameters.ts';
import { createHttpHandler } from './aws/http-handler.ts';
import { createInvoke } from './aws/invoke.ts';
import { createObjectStore } from './aws/object-store.ts';
import { createSendSigned } from './aws/send-signed.ts';
import { serviceEndpoint } from './aws/service-endpoint.ts';
import type { EventHandler } from './handle-event.ts';
import type { Environment } from './invocation/environment.ts';

/** The handler as Lambda runs it. Calls find their credentials and endpoints in the environment. */
export function createHandler(environment: Environment, ways: Ways = {}): EventHandler {
  const { bucket, region, s3Endpoint, sqsEndpoint } = environment;
  const trace = () => process.env._X_AMZN_TRACE_ID;
  const connections = createConnections({ maxSockets: CALLS });
  const http = new HttpAgent({ keepAlive: true, maxSockets: CALLS });
  const requestHandler = createHttpHandler({ agents: { http, https: connections.agent } });
  const credentials = environmentCredentials(process.env);
  const sendSigned = createSendSigned({ region, credentials, requestHandler });
  const getParameters = whileFirstRead(createGetParameters({ region, sendSigned, trace }), () => {
    for (const service of ['sts', 'lambda'] as const) connections.open(serviceEndpoint(service, region));
  });
  const callSts = createCallSts({ region, sendSigned, trace });
  const callSqs = createCallSqs({ endpoint: sqsEndpoint, sendSigned, trace });
  const objects = createObjectStore({ bucket, region, endpoint: s3Endpoint, sendSigned });
  const invoke = createInvoke({ requestHandler, trace });
  const services = { getParameters, callSts, callSqs, objects, invoke };
  return assembleHandler({ services, environment, ...ways });
}
