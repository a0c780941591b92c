import { forward, input, loadHandler, msOf, sendResult } from './program.ts';

/** The same event, warm, by the deployed bundle and by the seed's way, in turns. */
const { bundle, seed, event, rounds } = input<{
  bundle: string;
  seed: string;
  event: object;
  rounds: number;
}>();
const handler = loadHandler(bundle);
const seedHandler = loadHandler(seed);
// Until the hot code is compiled; with many targets few invocations do.
const warmUp = Math.min(100, Math.ceil(rounds / 2));

const handlerMs: number[] = [];
const seedMs: number[] = [];
for (let round = 0; round < warmUp + rounds; round++) {
  const ofHandler = await msOf(() => forward(handler, event));
  const ofSeed = await msOf(() => forward(seedHandler, event));
  if (round < warmUp) continue;
  handlerMs.push(ofHandler);
  seedMs.push(ofSeed);
}
sendResult({ handlerMs, seedMs });
