import { SQSClient } from '@aws-sdk/client-sqs';
import { SSMClient } from '@aws-sdk/client-ssm';
import { STSClient } from '@aws-sdk/client-sts';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import { createBreaker } from './breaker.ts';
import { createDeliver } from './deliver.ts';
import { createDeliveryMemory } from './delivery-memory.ts';
import type { Environment } from './environment.ts';
import { createFailureBucket } from './failure-bucket.ts';
import { createFlightLimit } from './flight-limit.ts';
import { createEventHandler, type EventHandler } from './handle-event.ts';
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
const ROOM = { calls: 64, bytes: 8 * MB };
const SLOW_CALLS = 512;
const SLOW_AFTER_MS = 1_000;

/** Puts the handler together. Clients find their credentials and endpoints in the environment, as in every function. */
export function createHandler(
  { prefix, bucket, forwarder, region, memoryMB, s3Endpoint }: Environment,
  timing: { now?: () => number; sleep?: (ms: number, signal: AbortSignal) => Promise<void> } = {},
): EventHandler {
  const { now = Date.now } = timing;
  const log = createLog();
  const metrics = createMetrics({ forwarder, now });

  const agent = { keepAlive: true, maxSockets: ROOM.calls + SLOW_CALLS };
  const requestHandler = new NodeHttpHandler({
    connectionTimeout: 3_000,
    throwOnRequestTimeout: true,
    httpAgent: agent,
    httpsAgent: agent,
  });
  const ssm = new SSMClient({ requestHandler });
  const sts = new STSClient({ requestHandler });
  const sqs = new SQSClient({ requestHandler, useQueueUrlAsEndpoint: false });

  const flight = createFlightLimit({
    room: ROOM,
    slowRoom: { calls: SLOW_CALLS, bytes: (memoryMB * MB) / 8 },
    slowAfterMs: SLOW_AFTER_MS,
  });
  const routes = createRouteStore({ ssm, prefix, log, metrics, now });
  const queues = createQueues(sqs);
  const failureBucket = createFailureBucket({
    bucket,
    region,
    endpoint: s3Endpoint,
    credentials: ssm.config.credentials,
    requestHandler,
  });
  const park = createPark({ queues, bucket: failureBucket, flight, log, now });
  const sendChunk = createSendChunk({
    credentials: createRoleCredentialCache({ sts, log, metrics, now }),
    invoke: createInvoke({ requestHandler }),
    flight,
    breaker: createBreaker(now),
    ...timing,
  });
  const deliver = createDeliver(sendChunk);

  return createEventHandler({
    stream: createStreamBatchHandler({ routes, deliver, park, memory: createDeliveryMemory(), metrics, log }),
    parked: createParkedBatchHandler({ routes, deliver, park, queues, metrics, log }),
  });
}
