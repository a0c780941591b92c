import { median } from '../../../../scripts/statistics.ts';
import { type Figures, run, type Setup } from '../setup.ts';
import { eventOf, parametersOf, targetsOf } from '../traffic.ts';

const ROLES = 2_000;

export async function measureHeap(setup: Setup): Promise<Figures> {
  const { aws, bundles } = setup;
  const sqs = aws.environment.AWS_ENDPOINT_URL_SQS ?? '';
  const shared = { roleArn: 'arn:aws:iam::222222222222:role/shared', externalId: 'xacct:orders' };
  // Names of one length, so that the routes take as much memory each.
  const streams = ['heap-first', 'heap-second', 'heap-roles'].map((name) => name.padEnd(12, '-'));
  for (const [index, stream] of streams.entries()) {
    const targets = targetsOf(ROLES, index < 2 ? shared : {});
    await aws.set({ parameters: parametersOf(stream, targets, sqs) });
  }
  const perRole: number[] = [];
  for (let round = 0; round < setup.rounds(5); round++) {
    const result = await run<{ perRole: number }>(setup, 'heap.ts', {
      input: {
        bundle: bundles.deployed,
        events: streams.map((stream) => eventOf(stream, 1, 1_000)),
        roles: ROLES,
      },
      execArgv: ['--expose-gc'],
    });
    perRole.push(result.perRole);
  }
  return { heapPerRoleKB: median(perRole) / 1024 };
}
