import { type Figures, run, type Setup } from '../setup.ts';
import { median } from '../statistics.ts';
import { EVENT_BYTES, eventOf, parametersOf, targetsOf } from '../traffic.ts';

/** What is done once for a batch, its hash for one, is shared by that many. */
const TARGETS = 50;

export async function measureCpu(setup: Setup): Promise<Figures> {
  const { aws, bundles } = setup;
  await aws.set({
    parameters: parametersOf('cpu', targetsOf(TARGETS), aws.environment.AWS_ENDPOINT_URL_SQS ?? ''),
  });
  const { handlerUs, postUs } = await run<{ handlerUs: number[]; postUs: number[] }>(setup, 'cpu.ts', {
    input: {
      bundle: bundles.deployed,
      event: eventOf('cpu', 100, EVENT_BYTES),
      targets: TARGETS,
      rounds: setup.rounds(201),
    },
  });
  return {
    cpuPerTargetRatio: median(handlerUs.map((us, round) => us / (postUs[round] ?? Number.NaN))),
    cpuPerTargetUs: median(handlerUs),
    cpuPostUs: median(postUs),
  };
}
