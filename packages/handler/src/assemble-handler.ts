import { createAssumeRole } from './aws/assume-role.ts';
import type { CallSqs } from './aws/call-sqs.ts';
import type { CallSts } from './aws/call-sts.ts';
import type { GetParameters } from './aws/get-parameters.ts';
import type { Invoke } from './aws/invoke.ts';
import type { ObjectStore } from './aws/object-store.ts';
import { createRoleCredentialCache } from './aws/role-credentials.ts';
import { createBreaker } from './delivery/breaker.ts';
import { createCallTarget } from './delivery/call-target.ts';
import { createDeliver } from './delivery/deliver.ts';
import { createFailureLog } from './delivery/failure-log.ts';
import { createFlightLimit } from './delivery/flight-limit.ts';
import { createPace } from './delivery/pace.ts';
import { createSendChunk } from './delivery/send-chunk.ts';
import { createEventHandler, type EventHandler } from './handle-event.ts';
import { type Clock, systemClock } from './invocation/clock.ts';
import type { Environment } from './invocation/environment.ts';
import { createLog } from './invocation/log.ts';
import { createMetrics } from './invocation/metrics.ts';
import { createPark } from './parking/park.ts';
import { createQueues } from './parking/queues.ts';
import { createProbe } from './probe/probe.ts';
import { createParkedBatchHandler } from './retry-queue/parked-batch.ts';
import { createRepost } from './retry-queue/repost.ts';
import { createResend } from './retry-queue/resend.ts';
import { createWaitingObjects } from './retry-queue/waiting-objects.ts';
import { createRouteStore } from './routes/route-store.ts';
import { createDeliveryMemory } from './stream/delivery-memory.ts';
import { createForwardBatch } from './stream/forward-batch.ts';
import { createStreamBatchHandler } from './stream/stream-batch.ts';

/** All that the handler calls. */
export interface Services {
  getParameters: GetParameters;
  callSts: CallSts;
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
  const { getParameters, callSts, callSqs, objects, invoke } = services;
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
  const routes = createRouteStore({ getParameters, prefix, log, metrics, clock, random });
  const credentials = createRoleCredentialCache({ callSts, log, metrics, clock });
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
  const assumeRole = createAssumeRole({ callSts, metrics, clock });
  return createEventHandler({
    stream: createStreamBatchHandler({ routes, forward, memory, metrics, failures, clock }),
    parked: createParkedBatchHandler({ routes, resend, repost, queues, metrics, log, failures, clock }),
    probe: createProbe({ routes, assumeRole, invoke, queues, objects, clock }),
  });
}
