import { createHash } from 'node:crypto';
import { createServer as createControlServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo, Server } from 'node:net';
import type { Calls, Settings } from './control.ts';
import type { Ready } from './start-aws.ts';

/**
 * As much of SSM, STS, Lambda and SQS as the handler uses, as cheap as can be: signatures are not looked at, payloads only
 * drained. A function whose name ends in `hanging` answers until it is set to hang.
 */

const none = (): Calls => ({
  invokes: 0,
  assumeRoles: 0,
  parameterReads: 0,
  messages: 0,
  connections: 0,
  lastRoleAt: 0,
  arrivals: [],
});
let calls = none();
const parameters: Record<string, string> = {};
const latencyMs = { sts: 0, lambda: 0 };
let hangs = false;

const services: Record<keyof Ready['ports'], (request: IncomingMessage, response: ServerResponse) => void> = {
  async ssm(request, response) {
    calls.parameterReads += 1;
    const input = JSON.parse(await bodyOf(request)) as { Name?: string; Names?: string[] };
    const found = (input.Names ?? [input.Name ?? '']).flatMap((Name) => {
      const Value = parameters[Name];
      return Value === undefined ? [] : [{ Name, Value, Type: 'String' }];
    });
    const output = input.Names === undefined ? { Parameter: found[0] } : { Parameters: found };
    response.writeHead(200, { 'content-type': 'application/x-amz-json-1.1' }).end(JSON.stringify(output));
  },
  async sts(request, response) {
    const nth = ++calls.assumeRoles;
    await bodyOf(request);
    await wait(latencyMs.sts);
    calls.lastRoleAt = now();
    response.writeHead(200, { 'content-type': 'text/xml' }).end(
      `<AssumeRoleResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><AssumeRoleResult>
  <AssumedRoleUser><AssumedRoleId>AROA0123456789:orders</AssumedRoleId><Arn>arn:aws:sts::222222222222:assumed-role/role/orders</Arn></AssumedRoleUser>
  <Credentials><AccessKeyId>ASIA${String(nth).padStart(16, '0')}</AccessKeyId><SecretAccessKey>${'s'.repeat(40)}</SecretAccessKey>
    <SessionToken>${'t'.repeat(700)}</SessionToken><Expiration>${new Date(Date.now() + 3_600_000).toISOString()}</Expiration></Credentials>
</AssumeRoleResult><ResponseMetadata><RequestId>request</RequestId></ResponseMetadata></AssumeRoleResponse>`,
    );
  },
  async lambda(request, response) {
    calls.invokes += 1;
    const functionArn = decodeURIComponent(request.url?.split('/')[3] ?? '');
    await drained(request);
    calls.arrivals.push({ functionArn, at: now() });
    if (hangs && functionArn.endsWith('hanging')) return;
    await wait(latencyMs.lambda);
    if (request.headers['x-amz-invocation-type'] === 'RequestResponse') response.writeHead(200).end('null');
    else response.writeHead(202).end();
  },
  async sqs(request, response) {
    calls.messages += 1;
    const { MessageBody } = JSON.parse(await bodyOf(request)) as { MessageBody: string };
    // The client compares it with its own.
    const MD5OfMessageBody = createHash('md5').update(MessageBody).digest('hex');
    response.writeHead(200, { 'content-type': 'application/x-amz-json-1.0' });
    response.end(JSON.stringify({ MessageId: 'message', MD5OfMessageBody }));
  },
};

process.once('message', async (tls: { key: string; cert: string }) => {
  const ports = {} as Ready['ports'];
  for (const [name, answer] of Object.entries(services)) {
    const server = createServer(tls, answer);
    // Longer than any pause between measurements, as AWS's own are.
    server.keepAliveTimeout = 20_000;
    server.on('secureConnection', () => {
      calls.connections += 1;
    });
    ports[name as keyof Ready['ports']] = await listen(server);
  }
  const ready: Ready = { ports, controlPort: await listen(createControlServer(control)) };
  process.send?.(ready);
});
process.on('disconnect', () => process.exit());

async function control(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const settings = JSON.parse(await bodyOf(request)) as Settings | null;
  Object.assign(parameters, settings?.parameters);
  Object.assign(latencyMs, settings?.latencyMs);
  hangs = settings?.hangs ?? hangs;
  if (request.url === '/reset') calls = none();
  response.end(JSON.stringify(calls));
}

function listen(server: Server): Promise<number> {
  return new Promise((resolve) =>
    server.listen(0, '127.0.0.1', () => resolve((server.address() as AddressInfo).port)),
  );
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  request.setEncoding('utf8');
  let text = '';
  for await (const part of request) text += part;
  return text;
}

function drained(request: IncomingMessage): Promise<void> {
  return new Promise((resolve) => request.on('end', resolve).resume());
}

function wait(ms: number): Promise<void> | undefined {
  return ms === 0 ? undefined : new Promise((resolve) => setTimeout(resolve, ms));
}

/** Epoch ms with a fraction, the same in all processes of a machine. */
function now(): number {
  return performance.timeOrigin + performance.now();
}
