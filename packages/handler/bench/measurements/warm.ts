import { median } from '../../../../scripts/statistics.ts';
import { type Figures, run, type Setup } from '../setup.ts';
import { EVENT_BYTES, eventOf, parametersOf, targetsOf } from '../traffic.ts';

/** A batch of 20 records of 1 KB, as JSON. */
const RECORDS = 20;
const SMALL_BYTES = 20 * 1024;

export async function measureWarm1(setup: Setup): Promise<Figures> {
  const { faster, ms, seedMs } = await compare(setup, 1, 201, SMALL_BYTES);
  // Here either side mostly writes, hashes and encrypts the same bytes.
  const large = await compare(setup, 1, 201, EVENT_BYTES);
  return { warmVsSeed1: faster, warm1Ms: ms, warm1SeedMs: seedMs, warmVsSeed1Large: large.faster };
}

export async function measureWarm500(setup: Setup): Promise<Figures> {
  const { faster, ms, seedMs } = await compare(setup, 500, 21, SMALL_BYTES);
  return { warmVsSeed500: faster, warm500Ms: ms, warm500SeedMs: seedMs };
}

/** Median times of one warm invocation with so many targets, and how many times faster than the seed's way it is. */
async function compare(setup: Setup, count: number, usualRounds: number, eventBytes: number) {
  const { aws, bundles } = setup;
  const stream = `warm-${count}`;
  const targets = targetsOf(count);
  await aws.set({ parameters: parametersOf(stream, targets, aws.environment.AWS_ENDPOINT_URL_SQS ?? '') });
  const { handlerMs, seedMs } = await run<{ handlerMs: number[]; seedMs: number[] }>(setup, 'warm.ts', {
    input: {
      bundle: bundles.deployed,
      seed: bundles.seed,
      event: eventOf(stream, RECORDS, eventBytes),
      rounds: setup.rounds(usualRounds),
    },
    environment: {
      SEED_TARGETS: JSON.stringify(targets.map(({ roleArn, functionArn }) => ({ roleArn, functionArn }))),
    },
  });
  return {
    faster: median(handlerMs.map((ms, round) => (seedMs[round] ?? Number.NaN) / ms)),
    ms: median(handlerMs),
    seedMs: median(seedMs),
  };
}
