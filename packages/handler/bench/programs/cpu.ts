import { Agent, request } from 'node:https';
import { forward, input, loadHandler, sendResult } from './program.ts';

/** CPU time of forwarding an event to all targets, beside as many unsigned POSTs of the same bytes, in turns. */
const { bundle, event, targets, rounds } = input<{
  bundle: string;
  event: object;
  targets: number;
  rounds: number;
}>();
const handler = loadHandler(bundle);
const payload = Buffer.from(JSON.stringify(event));
const agent = new Agent({ keepAlive: true });
const url = new URL(
  '/2015-03-31/functions/reader/invocations',
  process.env.AWS_ENDPOINT_URL_LAMBDA ?? 'https://127.0.0.1',
);
const headers = { 'content-length': payload.length, 'x-amz-invocation-type': 'Event' };
const post = () =>
  new Promise<void>((resolve, reject) => {
    const call = request(url, { agent, method: 'POST', headers }, (response) => {
      response.on('end', resolve).resume();
    });
    call.on('error', reject).end(payload);
  });
const postAll = () => Promise.all(Array.from({ length: targets }, post));

async function cpuUsOf(work: () => Promise<unknown>): Promise<number> {
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / targets;
}

const handlerUs: number[] = [];
const postUs: number[] = [];
for (let round = 0; round < 20 + rounds; round++) {
  const ofHandler = await cpuUsOf(() => forward(handler, event));
  const ofPosts = await cpuUsOf(postAll);
  if (round < 20) continue;
  handlerUs.push(ofHandler);
  postUs.push(ofPosts);
}
sendResult({ handlerUs, postUs });
