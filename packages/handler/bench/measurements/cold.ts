import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { median } from '../../../../scripts/statistics.ts';
import { environmentOf, type Figures, type Setup } from '../setup.ts';
import { eventOf, parametersOf, targetsOf } from '../traffic.ts';

/**
 * Whole processes, from their start to their end with one event forwarded: the deployed bundle, the same source by
 * esbuild's defaults, the seed's way, and an empty one, in turns.
 */
export async function measureCold(setup: Setup): Promise<Figures> {
  const { aws, bundles, folder } = setup;
  const targets = targetsOf(1);
  await aws.set({ parameters: parametersOf('cold', targets, aws.environment.AWS_ENDPOINT_URL_SQS ?? '') });
  const event = join(folder, 'cold.json');
  writeFileSync(event, JSON.stringify(eventOf('cold', 10, 10_000)));

  const env = environmentOf(setup, { SEED_TARGETS: JSON.stringify(targets) });
  const program = fileURLToPath(new URL('../programs/cold.cjs', import.meta.url));
  const time = (args: string[]) => {
    const start = performance.now();
    const { status, stderr } = spawnSync(process.execPath, args, { env, encoding: 'utf8' });
    if (status !== 0) throw new Error(`${args.join(' ')} ended with ${status}: ${stderr}`);
    return performance.now() - start;
  };

  const warmUp = 2;
  const rounds = Array.from({ length: warmUp + setup.rounds(31) }, () => ({
    deployed: time([program, bundles.deployed, event]),
    plain: time([program, bundles.plain, event]),
    seed: time([program, bundles.seed, event]),
    empty: time(['--eval', '0']),
  })).slice(warmUp);
  return {
    coldRatio: median(rounds.map(({ deployed, plain }) => deployed / plain)),
    coldVsSeed: median(rounds.map(({ deployed, seed }) => deployed / seed)),
    coldMs: median(rounds.map(({ deployed }) => deployed)),
    coldPlainMs: median(rounds.map(({ plain }) => plain)),
    coldSeedMs: median(rounds.map(({ seed }) => seed)),
    emptyProcessMs: median(rounds.map(({ empty }) => empty)),
  };
}
