import { median, quantile } from '../../../../scripts/statistics.ts';
import { type Figures, run, type Setup } from '../setup.ts';
import { eventOf, parametersOf, targetsOf } from '../traffic.ts';

/** Of an Invoke; and of none, so that there is nothing but the one core to wait for. */
const LATENCY_MS = 30;

export async function measureNeighbours(setup: Setup): Promise<Figures> {
  const usual = await compare(setup, LATENCY_MS);
  const atOnce = await compare(setup, 0);
  return {
    neighboursP99Ratio: usual.p99,
    neighboursP50Ratio: usual.p50,
    neighboursP99AtOnceRatio: atOnce.p99,
    neighboursP50AtOnceRatio: atOnce.p50,
  };
}

async function compare(setup: Setup, lambda: number) {
  const { aws, bundles } = setup;
  const sqs = aws.environment.AWS_ENDPOINT_URL_SQS ?? '';
  for (const tenth of ['answers', 'hanging']) {
    const [first, ...others] = targetsOf(10);
    if (first === undefined) throw new Error('No targets');
    const functionArn = first.functionArn.replace('reader', tenth);
    await aws.set({ parameters: parametersOf(tenth, [{ ...first, functionArn }, ...others], sqs) });
  }
  await aws.set({ latencyMs: { lambda } });
  const { quietMs, hangingMs } = await run<{ quietMs: number[]; hangingMs: number[] }>(
    setup,
    'neighbours.ts',
    {
      input: {
        bundle: bundles.deployed,
        quiet: eventOf('answers', 100, 50_000),
        hanging: eventOf('hanging', 100, 50_000),
        rounds: setup.rounds(31),
      },
    },
  );
  await aws.set({ latencyMs: { lambda: 0 } });
  return {
    p99: quantile(hangingMs, 0.99) / quantile(quietMs, 0.99),
    p50: median(hangingMs) / median(quietMs),
  };
}
