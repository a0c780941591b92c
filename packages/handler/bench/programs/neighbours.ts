import { awsControl, contextOf, input, loadFreshHandler, sendResult } from './program.ts';

/** When a batch arrives at nine targets, beside a tenth that answers and beside one that hangs, in turns. */
type Event = { Records: { eventID: string; kinesis: { sequenceNumber: string } }[] };
const { bundle, quiet, hanging, rounds } = input<{
  bundle: string;
  quiet: Event;
  hanging: Event;
  rounds: number;
}>();
const aws = awsControl();

// An instance each: what one learns of its tenth target stays with it.
const quietHandler = loadFreshHandler(bundle);
const hangingHandler = loadFreshHandler(bundle);

async function arrivalsMs(handler: typeof quietHandler, event: Event): Promise<number[]> {
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
const WARM_UP = 3;

const quietMs: number[] = [];
const hangingMs: number[] = [];
for (let round = 0; round < WARM_UP + rounds; round++) {
  const ofQuiet = await arrivalsMs(quietHandler, quiet);
  const ofHanging = await arrivalsMs(hangingHandler, hanging);
  if (round < WARM_UP) continue;
  quietMs.push(...ofQuiet);
  hangingMs.push(...ofHanging);
}
sendResult({ quietMs, hangingMs });
