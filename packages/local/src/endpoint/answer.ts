import { AwsError } from '../shared/aws-error.ts';
import type { Clock } from '../shared/clock.ts';
import type { AccessKeys } from './access-keys.ts';
import type { HttpReply, HttpRequest } from './http.ts';
import { jsonFailure } from './json-protocol.ts';
import { isQuery, queryFailure } from './query-protocol.ts';
import type { Call, CallSubject, Service } from './service.ts';
import { claimedService, verifySignature } from './sigv4.ts';

/** One call at the endpoint, after it was answered. */
export interface CallRecord {
  /** Service and operation: `sts:AssumeRole`; `unknown` in place of what the endpoint does not have. */
  action: string;
  /** ARN of the caller. */
  principal: string;
  /** AWS's name of the error, if there was one. */
  error?: string;
  message?: string;
}

/** What a fault does to one call: the call is handled later, and may end without the answer of its service. */
export interface CallFault {
  latencyMs: number;
  ending: CallEnding | undefined;
}

export type CallEnding =
  | { kind: 'error'; error: AwsError }
  | { kind: 'hang' }
  | { kind: 'reset'; of: 'request' | 'answer' };

export const NO_FAULT: CallFault = { latencyMs: 0, ending: undefined };

export interface AnswerOptions {
  services: readonly Service[];
  keys: AccessKeys;
  clock: Clock;
  onCall: (call: CallRecord) => void;
  /** @default no call meets a fault */
  faultOf?: ((subject: CallSubject) => CallFault) | undefined;
}

/** What a fault makes of an answer: the connection hangs, or is reset. */
export type NoAnswer = 'hang' | 'reset';

/**
 * Answers a request: verifies its signature, finds its service and operation, and lets it meet its faults.
 *
 * @param closed aborts when the endpoint closes
 */
export async function answer(
  request: HttpRequest,
  requestId: string,
  { services, keys, clock, onCall, faultOf }: AnswerOptions,
  closed: AbortSignal,
): Promise<HttpReply | NoAnswer> {
  const service = services.find(({ name }) => name === claimedService(request));
  const record: CallRecord = { action: `${service?.name ?? 'unknown'}:unknown`, principal: 'unknown' };
  try {
    const signature = verifySignature(request, keys, clock.now(), service?.signing);
    const { principal, region, service: signedFor } = signature;
    record.principal = principal.arn;
    if (service === undefined) throw unknownOperation(`The local AWS has no service "${signedFor}"`);
    const operation = service.operationOf(request);
    if (operation === undefined)
      throw unknownOperation(`The local AWS does not know this operation of ${signedFor}`);
    record.action = `${service.name}:${operation}`;

    const call: Call = { operation, request, principal, region, requestId };
    const meetsFaults = faultOf !== undefined && principal.meetsFaults !== false;
    const accepted = service.accept(call);
    const { latencyMs, ending } = meetsFaults ? faultOf(accepted.subject) : NO_FAULT;
    if (latencyMs > 0) await clock.sleep(latencyMs, closed).catch(() => {});
    // The connection is closed by now.
    if (closed.aborted) return 'hang';
    if (ending?.kind === 'error') throw ending.error;
    if (ending !== undefined) record.error = 'NoAnswer';
    if (ending?.kind === 'hang') return 'hang';
    if (ending?.of === 'request') return 'reset';
    const reply = await accepted.handle();
    return ending?.of === 'answer' ? 'reset' : reply;
  } catch (error) {
    const failure =
      error instanceof AwsError
        ? error
        : new AwsError('InternalFailure', `The local AWS failed: ${String(error)}`, 500);
    record.error = failure.code;
    record.message = failure.message;
    // Of a service that is not here only the form of its request is known.
    if (service !== undefined) return service.fail(failure, requestId, request);
    return isQuery(request) ? queryFailure(failure, requestId) : jsonFailure(failure);
  } finally {
    onCall(record);
  }
}

function unknownOperation(message: string): AwsError {
  return new AwsError('UnknownOperationException', message, 404);
}
