import { type Figures, run, type Setup } from '../setup.ts';
import { median } from '../statistics.ts';
import { eventOf, parametersOf, targetsOf } from '../traffic.ts';

const ROLES = 500;
const CONCURRENCY = 25;
const LATENCY_MS = 50;

/** Until the last role is assumed, beside what the latency of STS alone takes. Anything but one AssumeRole a role is no fill. */
export async function measureFill(setup: Setup): Promise<Figures> {
  const { aws, bundles } = setup;
  const parameters = parametersOf('fill', targetsOf(ROLES), aws.environment.AWS_ENDPOINT_URL_SQS ?? '');
  await aws.set({ parameters, latencyMs: { sts: LATENCY_MS } });
  const rounds: { wholeMs: number; rolesMs: number; assumeRoles: number }[] = [];
  for (let round = 0; round < setup.rounds(21); round++) {
    rounds.push(
      await run(setup, 'fill.ts', { input: { bundle: bundles.deployed, event: eventOf('fill', 1, 1_000) } }),
    );
  }
  await aws.set({ latencyMs: { sts: 0 } });

  const idealMs = (ROLES / CONCURRENCY) * LATENCY_MS;
  const exact = rounds.every(({ assumeRoles }) => assumeRoles === ROLES);
  return {
    fill500Ratio: exact ? median(rounds.map(({ rolesMs }) => rolesMs)) / idealMs : Number.POSITIVE_INFINITY,
    // With the 500 Invokes, which begin as soon as there are credentials for each.
    fill500WholeRatio: median(rounds.map(({ wholeMs }) => wholeMs)) / idealMs,
    fill500AssumeRoles: median(rounds.map(({ assumeRoles }) => assumeRoles)),
  };
}
