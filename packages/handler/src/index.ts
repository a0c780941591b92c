import { SQSClient } from '@aws-sdk/client-sqs';
import { SSMClient } from '@aws-sdk/client-ssm';
import { STSClient } from '@aws-sdk/client-sts';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import { createBreaker } from './breaker.ts';
import { createDeliver } from './deliver.ts';
import { createDeliveryMemory } from './delivery-memory.ts';
import { readEnvironment } from './environment.ts';
import { createFailureBucket } from './failure-bucket.ts';
import { createFlightLimit } from './flight-limit.ts';
import { createEventHandler } from './handle-event.ts';
import { createInvoke } from './invoke.ts';
import { createLog } from './log.ts';
import { createMetrics } from './metrics.ts';
import { createPark } from './park.ts';
import { createParkedBatchHandler } from './parked-batch.ts';
import { createQueues } from './queues.ts';
import { createRoleCredentialCache } from './role-credentials.ts';
import { createRouteStore } from './route-store.ts';
import { createSendChunk } from './send-chunk.ts';
import { createStreamBatchHandler } from './stream-batch.ts';

const MB = 1024 * 1024;
/** Calls under way, and the bytes that they carry. Those that last longer than a second make room for others. */
const ROOM = { calls: 128, bytes: 8 * MB };
const SLOW_CALLS = 512;
const SLOW_AFTER_MS = 1_000;

const { prefix, bucket, forwarder, region, memoryMB, s3Endpoint } = readEnvironment(process.env);
const log = createLog();
const metrics = createMetrics({ forwarder });

const agent = { keepAlive: true, maxSockets: ROOM.calls + SLOW_CALLS };
const requestHandler = new NodeHttpHandler({
  connectionTimeout: 3_000,
  throwOnRequestTimeout: true,
  httpAgent: agent,
  httpsAgent: agent,
});
const ssm = new SSMClient({ requestHandler });
const { sha256, credentials } = ssm.config;

const flight = createFlightLimit({
  room: ROOM,
  slowRoom: { calls: SLOW_CALLS, bytes: (memoryMB * MB) / 8 },
  slowAfterMs: SLOW_AFTER_MS,
});
const routes = createRouteStore({ ssm, prefix, log, metrics });
const queues = createQueues(new SQSClient({ requestHandler, useQueueUrlAsEndpoint: false }));
const failureBucket = createFailureBucket({
  bucket,
  region,
  endpoint: s3Endpoint,
  credentials,
  sha256,
  requestHandler,
});
const park = createPark({ queues, bucket: failureBucket, flight, log });
const deliver = createDeliver(
  createSendChunk({
    credentials: createRoleCredentialCache({ sts: new STSClient({ requestHandler }), log, metrics }),
    invoke: createInvoke({ requestHandler }),
    flight,
    breaker: createBreaker(),
  }),
);

export const handler = createEventHandler({
  stream: createStreamBatchHandler({ routes, deliver, park, memory: createDeliveryMemory(), metrics, log }),
  parked: createParkedBatchHandler({ routes, deliver, park, queues, metrics, log }),
});
