import { median } from '../../../../scripts/statistics.ts';
import { type Figures, run, type Setup } from '../setup.ts';
import { eventOf, parametersOf, targetsOf } from '../traffic.ts';

const ROLES = 2_000;

export async function measureHeap(setup: Setup): Promise<Figures> {
  const { aws, bundles } = setup;
  const sqs = aws.environment.AWS_ENDPOINT_URL_SQS ?? '';
  const shared = { roleArn: 'arn:aws:iam::222222222222:role/shared', externalId: 'xacct:orders' };
  // Names of one length, so that the routes take as much memory each.
  const streams = ['heap-first', 'heap-second', 'heap-roles', 'heap-further'].map((name) =>
    name.padEnd(12, '-'),
  );
  for (const [index, stream] of streams.entries()) {
    const own = targetsOf(ROLES).map((target) => ({ ...target, roleArn: `${target.roleArn}-${index}` }));
    const targets = index < 2 ? targetsOf(ROLES, shared) : own;
    await aws.set({ parameters: parametersOf(stream, targets, sqs) });
  }
  const rounds: { perRole: number; perFirstRole: number }[] = [];
  for (let round = 0; round < setup.rounds(5); round++) {
    const result = await run<(typeof rounds)[number]>(setup, 'heap.ts', {
      input: {
        bundle: bundles.deployed,
        events: streams.map((stream) => eventOf(stream, 1, 1_000)),
        roles: ROLES,
      },
      execArgv: ['--expose-gc'],
    });
    rounds.push(result);
  }
  return {
    heapPerRoleKB: median(rounds.map(({ perRole }) => perRole)) / 1024,
    heapPerFirstRoleKB: median(rounds.map(({ perFirstRole }) => perFirstRole)) / 1024,
  };
}
