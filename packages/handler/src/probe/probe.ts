import {
  PROBE_MESSAGE,
  type ProbeAnswer,
  type ProbedTarget,
  type ProbeOutcome,
  type ProbeRequest,
  type StoredRoute,
  type Target,
  WAITING_PREFIX,
} from '@xacct/core';
import pLimit from 'p-limit';
import { type AssumeRole, AssumeRoleError } from '../aws/assume-role.ts';
import type { Invoke } from '../aws/invoke.ts';
import type { ObjectStore } from '../aws/object-store.ts';
import { classifyFailure } from '../delivery/failure-class.ts';
import { type Clock, systemClock } from '../invocation/clock.ts';
import { createDeadline, type Deadline } from '../invocation/deadline.ts';
import type { InvocationContext } from '../invocation/invocation-context.ts';
import { reasonOf } from '../invocation/reason-of.ts';
import type { Queues } from '../parking/queues.ts';
import { RouteError, type RouteStore } from '../routes/route-store.ts';

/** Checks one route without delivering a record. Never rejects: what is broken is in the answer. */
export type Probe = (request: ProbeRequest, context: InvocationContext) => Promise<ProbeAnswer>;

/** Targets of a part: an AssumeRole and a dry run of each fit into the shortest time of an invocation. */
const PART = 100;
/** Calls to STS are limited for the account. */
const AT_ONCE = 20;
/** A route that was read before this may be an earlier one. */
const FRESH_MS = 1_000;
const NOTHING = {
  body: Buffer.from('{}'),
  sha256: '44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a',
};

/**
 * Assumes the role of every target anew, so that neither credentials that still hold nor a remembered denial hides what is true
 * now, and asks Lambda for a dry run: it checks the permission and that the function exists, and runs nothing.
 * https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html
 */
export function createProbe(options: {
  routes: Pick<RouteStore, 'getFresh'>;
  assumeRole: AssumeRole;
  invoke: Invoke;
  queues: Pick<Queues, 'send'>;
  objects: ObjectStore;
  clock?: Clock;
}): Probe {
  const { routes, assumeRole, invoke, queues, objects, clock = systemClock } = options;

  async function readRoute(
    { route: name, streamArn }: ProbeRequest,
    deadline: Deadline,
  ): Promise<StoredRoute> {
    const route = await routes.getFresh(streamArn, deadline, FRESH_MS);
    if (route === undefined)
      throw new RouteError(`The parameter of ${streamArn} cannot be read again`, { isMissing: false });
    if (route.name !== name) {
      const message = `Expected route "${name}" for ${streamArn}, got "${route.name}"`;
      throw new RouteError(message, { isMissing: true });
    }
    return route;
  }

  async function call(target: Target, route: string, signal: AbortSignal): Promise<void> {
    const { functionArn, region, roleArn, externalId } = target;
    const role = { roleArn, externalId, route };
    const credentials = await assumeRole(role).catch((cause: unknown) => {
      throw new AssumeRoleError(role, cause);
    });
    await invoke({ functionArn, region, invocation: 'dry-run', payload: NOTHING, credentials, signal });
  }

  async function putAndDelete(key: string, signal: AbortSignal): Promise<void> {
    await objects.put(key, PROBE_MESSAGE, signal);
    await objects.get(key, signal);
    await objects.delete(key, signal);
  }

  return async (request, context) => {
    const { part = 0 } = request;
    const deadline = createDeadline(context.getRemainingTimeInMillis(), clock);
    const { send: signal } = deadline;
    try {
      const read = await readRoute(request, deadline).catch((error: Error) => error);
      if (read instanceof Error) {
        const parameter = { class: 'not-routed', reason: reasonOf(read) };
        return { xacct: 'probe/1', parts: 0, parameter, targets: [] };
      }
      const { name, retryQueueUrl, targets } = read;
      const limited = pLimit(AT_ONCE);
      const probed = limited.map(
        targets.slice(part * PART, (part + 1) * PART),
        async (target): Promise<ProbedTarget> => ({
          target: target.functionArn,
          role: target.roleArn,
          ...(target.paused && { paused: true as const }),
          outcome: await outcomeOf(call(target, name, signal)),
        }),
      );
      const message = { queueUrl: retryQueueUrl, body: PROBE_MESSAGE, target: 'probe' };
      const key = `${WAITING_PREFIX}probe-${context.awsRequestId}.json`;
      const places =
        part > 0
          ? undefined
          : Promise.all([outcomeOf(queues.send(message, signal)), outcomeOf(putAndDelete(key, signal))]);
      const [retryQueue, failureBucket] = (await places) ?? [];
      return {
        xacct: 'probe/1',
        parts: Math.ceil(targets.length / PART),
        parameter: 'ok',
        targets: await probed,
        ...(retryQueue !== undefined && { retryQueue }),
        ...(failureBucket !== undefined && { failureBucket }),
      };
    } finally {
      deadline.clear();
    }
  };
}

async function outcomeOf(work: Promise<unknown>): Promise<ProbeOutcome> {
  try {
    await work;
    return 'ok';
  } catch (error) {
    const { class: failureClass, reason } = classifyFailure(error);
    return { class: failureClass, reason };
  }
}
