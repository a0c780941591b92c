import { awsControl, contextOf, forward, input, loadFreshHandler, sendResult } from './program.ts';

/** When a batch arrives at nine targets, beside a tenth that answers and beside one that hangs, in turns. */
type Event = { Records: { eventID: string; kinesis: { sequenceNumber: string } }[] };
const { bundle, quiet, hanging, rounds } = input<{
  bundle: string;
  quiet: Event;
  hanging: Event;
  rounds: number;
}>();
const aws = awsControl();

async function arrivalsMs(event: Event): Promise<number[]> {
  // One that has not seen the tenth hang: it would not call it for a while.
  const handler = loadFreshHandler(bundle);
  await aws.set({ hangs: false });
  for (let batch = 0; batch < WARM_UP; batch++) await forward(handler, renumbered(event));
  await aws.set({ hangs: true });
  await aws.reset();
  const start = performance.timeOrigin + performance.now();
  await handler(renumbered(event), contextOf(REMAINING_MS));
  const { arrivals } = await aws.calls();
  const first = new Map<string, number>();
  for (const { functionArn, at } of arrivals) {
    if (functionArn.endsWith(':reader') && !first.has(functionArn)) first.set(functionArn, at - start);
  }
  if (first.size !== 9) throw new Error(`The batch arrived at ${first.size} of 9 targets`);
  return [...first.values()];
}

let batches = 0;

/** Records that were not there before: a target that has a record already does not get it again. */
function renumbered(event: Event): Event {
  batches += 1;
  const Records = event.Records.map((record) => ({
    ...record,
    eventID: `${record.eventID}${batches}`,
    kinesis: { ...record.kinesis, sequenceNumber: `${record.kinesis.sequenceNumber}${batches}` },
  }));
  return { Records };
}

/** Enough for the nine by far; the hanging target takes all of it. */
const REMAINING_MS = 2_500;
/** Batches that an instance has forwarded before. */
const WARM_UP = 3;

const quietMs: number[] = [];
const hangingMs: number[] = [];
for (let round = 0; round < rounds; round++) {
  quietMs.push(...(await arrivalsMs(quiet)));
  hangingMs.push(...(await arrivalsMs(hanging)));
}
sendResult({ quietMs, hangingMs });
