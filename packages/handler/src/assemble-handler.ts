import type { SSMClient } from '@aws-sdk/client-ssm';
import type { STSClient } from '@aws-sdk/client-sts';
import { createBreaker } from './breaker.ts';
import type { CallSqs } from './call-sqs.ts';
import { createCallTarget } from './call-target.ts';
import { type Clock, systemClock } from './clock.ts';
import { createDeliver } from './deliver.ts';
import { createDeliveryMemory } from './delivery-memory.ts';
import type { Environment } from './environment.ts';
import { createFailureLog } from './failure-log.ts';
import { createFlightLimit } from './flight-limit.ts';
import { createForwardBatch } from './forward-batch.ts';
import { createEventHandler, type EventHandler } from './handle-event.ts';
import type { Invoke } from './invoke.ts';
import { createLog } from './log.ts';
import { createMetrics } from './metrics.ts';
import type { ObjectStore } from './object-store.ts';
import { createPace } from './pace.ts';
import { createPark } from './park.ts';
import { createParkedBatchHandler } from './parked-batch.ts';
import { createQueues } from './queues.ts';
import { createRepost } from './repost.ts';
import { createResend } from './resend.ts';
import { createRoleCredentialCache } from './role-credentials.ts';
import { createRouteStore } from './route-store.ts';
import { createSendChunk } from './send-chunk.ts';
import { createStreamBatchHandler } from './stream-batch.ts';
import { createWaitingObjects } from './waiting-objects.ts';

/** All that the handler calls. */
export interface Services {
  ssm: Pick<SSMClient, 'send'>;
  sts: Pick<STSClient, 'send'>;
  callSqs: CallSqs;
  objects: ObjectStore;
  invoke: Invoke;
}

/** What a simulation replaces. */
export interface Ways {
  clock?: Clock;
  /** 0 to 1, as `Math.random`. */
  random?: () => number;
  /** Takes the lines of logs and metrics; standard output by default. */
  write?: (lines: string) => void;
}

const MB = 1024 * 1024;
/** Calls under way, and the bytes that they carry. Those that last longer than a second make room for others. */
const ROOM = { calls: 64, bytes: 8 * MB };
const SLOW_CALLS = 512;
const SLOW_AFTER_MS = 1_000;

/** Calls to targets under way at once, at the most. */
export const CALLS = ROOM.calls + SLOW_CALLS;

/** Puts the handler of one execution environment together, with all that it remembers between invocations. */
export function assembleHandler(
  options: { services: Services; environment: Environment } & Ways,
): EventHandler {
  const { services, environment, clock = systemClock, random = Math.random, write } = options;
  const { prefix, forwarder, memoryMB, logLevel } = environment;
  const { ssm, sts, callSqs, objects, invoke } = services;
  const { now } = clock;
  const log = createLog({ level: logLevel, ...(write && { write }) });
  const metrics = createMetrics({ forwarder, detail: environment.metrics, now, ...(write && { write }) });
  const failures = createFailureLog({ log, now });

  const flight = createFlightLimit({
    room: ROOM,
    slowRoom: { calls: SLOW_CALLS, bytes: (memoryMB * MB) / 8 },
    slowAfterMs: SLOW_AFTER_MS,
    clock,
  });
  const routes = createRouteStore({ ssm, prefix, log, metrics, clock, random });
  const credentials = createRoleCredentialCache({ sts, log, metrics, clock });
  const breaker = createBreaker(now, random);
  const pace = createPace(now);
  const callTarget = createCallTarget({ credentials, invoke, flight, clock });
  const sendChunk = createSendChunk({ callTarget, breaker, pace, clock, random });
  const deliver = createDeliver({ sendChunk, breaker, pace, clock });
  const queues = createQueues(callSqs);
  const park = createPark({ queues, objects, flight, log, metrics, now, random });
  const repost = createRepost({ queues, park, log, clock, random });
  const waiting = createWaitingObjects({ objects, log });

  const sending = { deliver, park, breaker, pace, metrics, failures, clock };
  const forward = createForwardBatch(sending);
  const memory = createDeliveryMemory({ now });
  const resend = createResend({ ...sending, repost, waiting });
  return createEventHandler({
    stream: createStreamBatchHandler({ routes, forward, memory, metrics, failures, clock }),
    parked: createParkedBatchHandler({ routes, resend, repost, queues, metrics, log, failures, clock }),
  });
}
