import { median } from '../../../../scripts/statistics.ts';
import { type Figures, run, type Setup } from '../setup.ts';
import { eventOf, parametersOf, targetsOf } from '../traffic.ts';

const ROLES = 500;
const CONCURRENCY = 25;
/** Of an AssumeRole. With the shorter one, it is mostly the CPU that takes the time. */
const LATENCY_MS = 100;
const SHORT_LATENCY_MS = 50;

export async function measureFill(setup: Setup): Promise<Figures> {
  const { aws } = setup;
  const parameters = parametersOf('fill', targetsOf(ROLES), aws.environment.AWS_ENDPOINT_URL_SQS ?? '');
  await aws.set({ parameters });
  const { ratio, wholeRatio, assumeRoles } = await fill(setup, LATENCY_MS);
  const short = await fill(setup, SHORT_LATENCY_MS);
  await aws.set({ latencyMs: { sts: 0 } });
  return {
    fill500Ratio: ratio,
    fill500WholeRatio: wholeRatio,
    fill500AssumeRoles: assumeRoles,
    fill500At50MsRatio: short.ratio,
  };
}

/** Until the last role is assumed, beside what the latency of STS alone takes. Anything but one AssumeRole a role is no fill. */
async function fill(setup: Setup, latencyMs: number) {
  await setup.aws.set({ latencyMs: { sts: latencyMs } });
  const rounds: { wholeMs: number; rolesMs: number; assumeRoles: number }[] = [];
  for (let round = 0; round < setup.rounds(21); round++) {
    const input = { bundle: setup.bundles.deployed, event: eventOf('fill', 1, 1_000) };
    rounds.push(await run(setup, 'fill.ts', { input }));
  }
  const idealMs = (ROLES / CONCURRENCY) * latencyMs;
  const exact = rounds.every(({ assumeRoles }) => assumeRoles === ROLES);
  return {
    ratio: exact ? median(rounds.map(({ rolesMs }) => rolesMs)) / idealMs : Number.POSITIVE_INFINITY,
    // With the 500 Invokes, which begin as soon as there are credentials for each.
    wholeRatio: median(rounds.map(({ wholeMs }) => wholeMs)) / idealMs,
    assumeRoles: median(rounds.map(({ assumeRoles }) => assumeRoles)),
  };
}
