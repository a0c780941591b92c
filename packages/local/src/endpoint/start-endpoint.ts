import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer as createHttpServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { constants, createServer as createHttp2Server, Http2ServerRequest } from 'node:http2';
import { type AddressInfo, createServer as createTcpServer, type Socket } from 'node:net';
import { stopSignal } from '../shared/abort.ts';
import { type AnswerOptions, answer } from './answer.ts';
import { readRequest, sendReply } from './http.ts';
import { LOCAL_SERVER } from './server-name.ts';

export interface EndpointOptions extends AnswerOptions {
  /** 0 for any free one. */
  port: number;
  /** The caller of a request did not get its answer: a fault took it away, or the caller had gone. */
  onUnanswered?: (requestId: string) => void;
}

const HOST = '127.0.0.1';

/** Starts the one endpoint of all services and accounts: HTTP/1.1 and HTTP/2 without TLS on the same port. */
export async function startEndpoint(options: EndpointOptions) {
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
    // An SDK learns the time of the local AWS from this header, and signs its next requests with it.
    const date = new Date(options.clock.now()).toUTCString();
    const headers = { ...reply.headers, date, server: LOCAL_SERVER, 'x-amzn-requestid': requestId };
    sendReply(response, { ...reply, headers });
  };
  const listener = (message: IncomingMessage, response: ServerResponse) => {
    // Only the connection can fail here: the caller is gone, and nobody waits for an answer.
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

  await once(tcp.listen(options.port, HOST), 'listening');
  const { port } = tcp.address() as AddressInfo;
  return {
    port,
    /** `http://127.0.0.1:<port>` */
    url: `http://${HOST}:${port}`,
    async close() {
      closed.abort();
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => tcp.close(resolve));
    },
  };
}

/** HTTP/2 resets one stream; HTTP/1 has only the connection. */
function reset(message: IncomingMessage | Http2ServerRequest): void {
  if (message instanceof Http2ServerRequest) message.stream.close(constants.NGHTTP2_INTERNAL_ERROR);
  else message.socket.resetAndDestroy();
}
