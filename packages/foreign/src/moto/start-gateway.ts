import { once } from 'node:events';
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { type Call, readCall } from './call.ts';
import { createElapsed } from './elapsed.ts';

/** The one endpoint of all clients, before moto: keeps what was called, and does what a test wants of calls and of time. */
export interface Gateway {
  /** With `localhost`: in a template's URL that has an IP address, moto takes the bucket from another place. */
  endpoint: string;
  /** All calls, in their order. */
  calls: Call[];
  /** Refuses calls for want of permission from now on; returns what ends that. Only APIs that are called by forms. */
  refuse(isRefused: (call: Call) => boolean): () => void;
  /** Answers calls from now on as if they were done, and does nothing; returns what ends that. For calls without a result. */
  lose(isLost: (call: Call) => boolean): () => void;
  /** From now on, what CloudFormation has done so far is longer ago by these seconds. */
  elapse(seconds: number): void;
  close(): Promise<void>;
}

export async function startGateway(motoPort: number): Promise<Gateway> {
  const calls: Call[] = [];
  const refused = new Set<(call: Call) => boolean>();
  const lost = new Set<(call: Call) => boolean>();
  const elapsed = createElapsed();
  /** By access key id, of all roles that were assumed. */
  const accounts = new Map<string, string>();

  async function answer(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await buffer(incoming);
    const call = readCall(incoming, body, accounts);
    calls.push(call);
    if ([...refused].some((isRefused) => isRefused(call))) {
      response.writeHead(403, { 'content-type': 'text/xml' }).end(denial(call));
      return;
    }
    if ([...lost].some((isLost) => isLost(call))) {
      response.writeHead(200, { 'content-type': 'text/xml' }).end(nothingDone(call));
      return;
    }
    const reply = await forward(incoming, body, motoPort);
    const answered = await buffer(reply);
    if (call.action === 'AssumeRole') learnAccount(answered.toString(), accounts);
    if (call.service !== 'cloudformation') {
      response.writeHead(reply.statusCode ?? 500, reply.headers).end(answered);
      return;
    }
    const told = elapsed.tell(answered);
    const headers = { ...reply.headers, 'content-length': told.length };
    response.writeHead(reply.statusCode ?? 500, headers).end(told);
  }

  const server = createServer((incoming, response) => {
    answer(incoming, response).catch((error: Error) => response.destroy(error));
  });
  server.listen(0, 'localhost');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    endpoint: `http://localhost:${port}`,
    calls,
    refuse: (isRefused) => addTo(refused, isRefused),
    lose: (isLost) => addTo(lost, isLost),
    elapse: elapsed.add,
    async close() {
      server.close();
      server.closeAllConnections();
    },
  };
}

function addTo<T>(rules: Set<T>, rule: T): () => void {
  rules.add(rule);
  return () => void rules.delete(rule);
}

async function forward(
  { method, url, headers }: IncomingMessage,
  body: Buffer,
  port: number,
): Promise<IncomingMessage> {
  // The body is there already: nobody waits for a "100 Continue", and its length is known.
  const { expect: _, 'transfer-encoding': __, ...kept } = headers;
  const sent = request({
    host: 'localhost',
    port,
    method,
    path: url,
    headers: { ...kept, 'content-length': body.length },
    agent: false,
  });
  sent.end(body);
  const [reply] = await once(sent, 'response');
  return reply;
}

/** Keeps whose credentials moto has handed out. */
function learnAccount(answer: string, accounts: Map<string, string>): void {
  const [, keyId] = /<AccessKeyId>(\w+)<\/AccessKeyId>/.exec(answer) ?? [];
  const [, account] = /<Arn>arn:[^:]+:sts::(\d{12}):assumed-role\//.exec(answer) ?? [];
  if (keyId !== undefined && account !== undefined) accounts.set(keyId, account);
}

function denial({ service, action, account }: Call): string {
  const message = `account ${account} may not call ${service}:${action}`;
  return `<ErrorResponse><Error><Type>Sender</Type><Code>AccessDenied</Code><Message>${message}</Message></Error><RequestId>refused</RequestId></ErrorResponse>`;
}

function nothingDone({ action }: Call): string {
  return `<${action}Response><${action}Result/><ResponseMetadata><RequestId>lost</RequestId></ResponseMetadata></${action}Response>`;
}
