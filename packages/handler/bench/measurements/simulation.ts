import { BAD, basePlan, withBehaviour, withPoison } from '../../simulation/base-plan.ts';
import type { WorldPlan } from '../../simulation/plan.ts';
import { run } from '../../simulation/run.ts';
import type { Figures, Setup } from '../setup.ts';

const USUAL_ROUNDS = 20;
/** At 100 records a second on each of 4 shards, to 10 targets: 10⁷ deliveries. */
const HOURS = 0.7;

/**
 * Two scenarios of the simulation at full rate: one record in 1,000 is bad at one target; one target is dead for half of the
 * time. Fewer rounds make it shorter.
 */
export async function measureSimulation({ rounds }: Setup): Promise<Figures> {
  const hours = (HOURS * rounds(USUAL_ROUNDS)) / USUAL_ROUNDS;
  const base = basePlan({ seed: 1, hours, rate: 1, environments: undefined });
  const poison = await secondsPerMillion(withPoison(base, BAD, { share: 0.001, mode: 'throws' }));
  const dead = await secondsPerMillion(
    withBehaviour(base, BAD, { kind: 'unavailable' }, { from: hours / 4, to: (hours * 3) / 4 }),
  );
  return {
    simulatedMillionSeconds: Math.max(poison.seconds, dead.seconds),
    simulatedPoisonMillionSeconds: poison.seconds,
    simulatedDeadMillionSeconds: dead.seconds,
    simulatedDeliveries: poison.deliveries + dead.deliveries,
  };
}

async function secondsPerMillion(plan: WorldPlan): Promise<{ seconds: number; deliveries: number }> {
  const { targets, realSeconds } = await run(plan, { secondsNow: () => performance.now() / 1000 });
  const deliveries = targets.reduce((sum, { ledger }) => sum + ledger.counts.delivered, 0);
  return { deliveries, seconds: (realSeconds / deliveries) * 1_000_000 };
}
