import { randomUUID } from 'node:crypto';
import { createServer as createHttpServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { constants, createServer as createHttp2Server, Http2ServerRequest } from 'node:http2';
import { type AddressInfo, createServer as createTcpServer, type Socket } from 'node:net';
import { stopSignal } from '../abort.ts';
import type { AccessKeys } from './access-keys.ts';
import { AwsError } from '../aws-error.ts';
import type { Clock } from '../clock.ts';
import type { CallFault, Faults } from '../faults/faults.ts';
import { subjectOfCall } from '../faults/subject-of-call.ts';
import { type HttpReply, type HttpRequest, readRequest, sendReply } from './http.ts';
import { requireAllowed } from '../iam/require-allowed.ts';
import type { Principal } from '../iam/principal.ts';
import { jsonFailure } from './json-protocol.ts';
import type { AuthorizeOptions, Call, Service } from './service.ts';
import { claimedService, verifySignature } from './sigv4.ts';

/** One call at the endpoint, once it is answered. */
export interface CallRecord {
  /** Service and operation: `sts:AssumeRole`; `unknown` for what the endpoint does not know. */
  action: string;
  principal: string;
  /** AWS's name of the error, where there was one. */
  error?: string;
  message?: string;
}

export interface Gateway {
  port: number;
  close(): Promise<void>;
}

export interface GatewayOptions {
  services: readonly Service[];
  keys: AccessKeys;
  clock: Clock;
  /** 0 for any free one. */
  port: number;
  onCall: (call: CallRecord) => void;
  /** The caller of a request did not get its answer: a fault took it away, or the caller had gone. */
  onUnanswered?: (requestId: string) => void;
  faults?: Faults | undefined;
}

const HOST = '127.0.0.1';

/** The one endpoint of all services and accounts. Speaks HTTP/1.1 and HTTP/2 without TLS on the same port. */
export async function startGateway(options: GatewayOptions): Promise<Gateway> {
  const closed = stopSignal();
  const respond = async (message: IncomingMessage, response: ServerResponse) => {
    const requestId = randomUUID();
    let sent = false;
    response.once('finish', () => {
      sent = true;
    });
    response.once('close', () => {
      if (!sent) options.onUnanswered?.(requestId);
    });
    const reply = await answer(await readRequest(message), requestId, options, closed.signal);
    if (reply === 'hang') return;
    if (reply === 'reset') {
      reset(message);
      return;
    }
    // By the date an SDK learns what time it is here, and signs its requests with that.
    const date = new Date(options.clock.now()).toUTCString();
    sendReply(response, { ...reply, headers: { ...reply.headers, date, 'x-amzn-requestid': requestId } });
  };
  const listener = (message: IncomingMessage, response: ServerResponse) => {
    // What fails here is the connection itself: the caller is gone, and nobody waits for an answer.
    respond(message, response).catch(() => message.destroy());
  };

  const http1 = createHttpServer({ keepAliveTimeout: 60_000 }, listener);
  const http2 = createHttp2Server(listener as never);
  const sockets = new Set<Socket>();
  const tcp = createTcpServer((socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    socket.on('error', () => socket.destroy());
    socket.once('data', (first) => {
      socket.pause();
      socket.unshift(first);
      const speaksHttp2 = first.subarray(0, 3).toString('latin1') === 'PRI';
      (speaksHttp2 ? http2 : http1).emit('connection', socket);
      process.nextTick(() => socket.resume());
    });
  });

  await new Promise<void>((resolve, reject) => {
    tcp.once('error', reject);
    tcp.listen(options.port, HOST, resolve);
  });
  return {
    port: (tcp.address() as AddressInfo).port,
    async close() {
      closed.abort();
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => tcp.close(resolve));
    },
  };
}

/** A stream of HTTP/2 is reset by itself; HTTP/1 has only the connection. */
function reset(message: IncomingMessage | Http2ServerRequest): void {
  if (message instanceof Http2ServerRequest) message.stream.close(constants.NGHTTP2_INTERNAL_ERROR);
  else message.socket.resetAndDestroy();
}

/** What a fault makes of an answer: the connection hangs, or is reset. */
type NoAnswer = 'hang' | 'reset';

async function answer(
  request: HttpRequest,
  requestId: string,
  options: GatewayOptions,
  closed: AbortSignal,
): Promise<HttpReply | NoAnswer> {
  const service = options.services.find(({ name }) => name === claimedService(request));
  const record: CallRecord = { action: `${service?.name ?? 'unknown'}:unknown`, principal: 'unknown' };
  try {
    const {
      principal,
      region,
      service: signedFor,
    } = verifySignature(request, options.keys, options.clock.now());
    record.principal = principal.arn;
    if (service === undefined) {
      throw new AwsError('UnknownOperationException', `The local AWS has no service "${signedFor}"`, 404);
    }
    const operation = service.operationOf(request);
    if (operation === undefined) {
      throw new AwsError(
        'UnknownOperationException',
        `The local AWS does not know this operation of ${signedFor}`,
        404,
      );
    }
    record.action = `${service.name}:${operation}`;
    const authorize = authorizer(service, operation, principal);
    const call = { operation, request, principal, region, requestId, authorize };
    const { latencyMs, ending } = faultOf(service, call, options.faults);
    if (latencyMs > 0) await options.clock.sleep(latencyMs, closed).catch(() => {});
    // The connection is gone by now.
    if (closed.aborted) return 'hang';
    if (ending?.kind === 'error') throw ending.error;
    if (ending !== undefined) record.error = 'NoAnswer';
    if (ending?.kind === 'hang') return 'hang';
    if (ending?.of === 'request') return 'reset';
    const reply = await service.handle(call);
    return ending?.of === 'answer' ? 'reset' : reply;
  } catch (error) {
    const failure =
      error instanceof AwsError
        ? error
        : new AwsError('InternalFailure', `The local AWS failed: ${String(error)}`, 500);
    record.error = failure.code;
    record.message = failure.message;
    return (service?.fail ?? jsonFailure)(failure, requestId);
  } finally {
    options.onCall(record);
  }
}

const NO_FAULT: CallFault = { latencyMs: 0, ending: undefined };

function faultOf(service: Service, call: Call, faults: Faults | undefined): CallFault {
  if (faults === undefined || call.principal.meetsFaults === false) return NO_FAULT;
  const subject = subjectOfCall(service.name, call);
  return subject === undefined ? NO_FAULT : faults.ofCall(subject);
}

function authorizer(service: Service, operation: string, principal: Principal) {
  return (resource: string, options: AuthorizeOptions = {}) => {
    const { action = `${service.name}:${operation}`, resourceAccount = principal.account, ...rest } = options;
    requireAllowed({ principal, action, resource, resourceAccount, ...rest }, service.accessDenied);
  };
}
