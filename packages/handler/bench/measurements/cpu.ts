import { median } from '../../../../scripts/statistics.ts';
import { type Figures, run, type Setup } from '../setup.ts';
import { EVENT_BYTES, eventOf, parametersOf, targetsOf } from '../traffic.ts';

/** What is done once for a batch, its hash for one, is shared by all of its targets: the fewer, the dearer each. */
const TARGETS = 10;
const MANY_TARGETS = 50;

export async function measureCpu(setup: Setup): Promise<Figures> {
  const few = await compare(setup, TARGETS);
  const many = await compare(setup, MANY_TARGETS);
  return {
    cpuPerTargetRatio: few.ratio,
    cpuPerTargetUs: few.us,
    cpuPostUs: few.postUs,
    cpuPerTarget50Ratio: many.ratio,
  };
}

async function compare(setup: Setup, targets: number) {
  const { aws, bundles } = setup;
  await aws.set({
    parameters: parametersOf('cpu', targetsOf(targets), aws.environment.AWS_ENDPOINT_URL_SQS ?? ''),
  });
  const { handlerUs, postUs } = await run<{ handlerUs: number[]; postUs: number[] }>(setup, 'cpu.ts', {
    input: {
      bundle: bundles.deployed,
      event: eventOf('cpu', 100, EVENT_BYTES),
      targets,
      rounds: setup.rounds(101),
    },
  });
  return {
    ratio: median(handlerUs.map((us, round) => us / (postUs[round] ?? Number.NaN))),
    us: median(handlerUs),
    postUs: median(postUs),
  };
}
