import { SQSClient } from '@aws-sdk/client-sqs';
import { SSMClient } from '@aws-sdk/client-ssm';
import { STSClient } from '@aws-sdk/client-sts';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import { assembleHandler, CALLS, type Ways } from './assemble-handler.ts';
import type { Environment } from './environment.ts';
import type { EventHandler } from './handle-event.ts';
import { createInvoke } from './invoke.ts';
import { createObjectStore } from './object-store.ts';
import { withoutLineage } from './without-lineage.ts';

/** The handler as Lambda runs it. Clients find their credentials and endpoints in the environment. */
export function createHandler(environment: Environment, ways: Ways = {}): EventHandler {
  const { bucket, region, s3Endpoint } = environment;
  const agent = { keepAlive: true, maxSockets: CALLS };
  const requestHandler = new NodeHttpHandler({
    connectionTimeout: 3_000,
    throwOnRequestTimeout: true,
    httpAgent: agent,
    httpsAgent: agent,
  });
  const ssm = new SSMClient({ requestHandler });
  const sts = new STSClient({ requestHandler });
  const sqs = new SQSClient({ requestHandler, useQueueUrlAsEndpoint: false });
  sqs.middlewareStack.add(withoutLineage, { name: 'withoutLineage', step: 'build', priority: 'low' });
  const objects = createObjectStore({
    bucket,
    region,
    endpoint: s3Endpoint,
    credentials: ssm.config.credentials,
    requestHandler,
  });
  const invoke = createInvoke({ requestHandler });
  return assembleHandler({ services: { ssm, sts, sqs, objects, invoke }, environment, ...ways });
}
