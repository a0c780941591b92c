import { type Figures, run, type Setup } from '../setup.ts';
import { median } from '../statistics.ts';
import { EVENT_BYTES, eventOf, parametersOf, targetsOf } from '../traffic.ts';

export async function measureWarm1(setup: Setup): Promise<Figures> {
  const { faster, ms, seedMs } = await compare(setup, 1, 201);
  return { warmVsSeed1: faster, warm1Ms: ms, warm1SeedMs: seedMs };
}

export async function measureWarm500(setup: Setup): Promise<Figures> {
  const { faster, ms, seedMs } = await compare(setup, 500, 21);
  return { warmVsSeed500: faster, warm500Ms: ms, warm500SeedMs: seedMs };
}

/** Median times of one warm invocation with so many targets, and how many times faster than the seed's way it is. */
async function compare(setup: Setup, count: number, usualRounds: number) {
  const { aws, bundles } = setup;
  const stream = `warm-${count}`;
  const targets = targetsOf(count);
  await aws.set({ parameters: parametersOf(stream, targets, aws.environment.AWS_ENDPOINT_URL_SQS ?? '') });
  const { handlerMs, seedMs } = await run<{ handlerMs: number[]; seedMs: number[] }>(setup, 'warm.ts', {
    input: {
      bundle: bundles.deployed,
      seed: bundles.seed,
      event: eventOf(stream, 100, EVENT_BYTES),
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
