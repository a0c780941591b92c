import { describe, expect, test } from 'vitest';
import type { Target } from '../../src/index.ts';
import { mixTargets } from '../../src/rollout/index.ts';
import { target } from '../factories.ts';

const [A, B, C] = ['222222222221', '222222222222', '222222222223'] as const;

function to(account: string, name: string, properties: Partial<Target> = {}): Target {
  return target({ account, functionArn: arn(account, name), ...properties });
}

function arn(account: string, name: string): string {
  return `arn:aws:lambda:us-west-2:${account}:function:${name}`;
}

/** The targets by account and function, with those accounts not ready for what is not deployed. */
function mix(deployed: Target[], wanted: Target[], ...late: string[]) {
  const isReady = (one: Target) => !late.includes(one.account) || deployed.includes(one);
  const mixed = mixTargets({ wanted, deployed, isReady });
  return mixed && { ...mixed, targets: mixed.targets.map(({ functionArn }) => functionArn).toSorted() };
}

describe('mixTargets', () => {
  test('uses all wanted targets where all are ready', () => {
    expect(mix([to(A, 'old')], [to(B, 'new')])).toEqual({ targets: [arn(B, 'new')], late: [] });
  });

  test('keeps what is deployed in an account that is late, and switches the others', () => {
    const [deployed, wanted] = [
      [to(A, 'old'), to(B, 'old')],
      [to(A, 'new'), to(B, 'new')],
    ];
    expect(mix(deployed, wanted, B)).toEqual({
      targets: [arn(A, 'new'), arn(B, 'old')],
      late: [{ account: B, waiting: [arn(B, 'new')], kept: [arn(B, 'old')] }],
    });
  });

  test('keeps all that leave while an account that comes is late', () => {
    const [deployed, wanted] = [
      [to(A, 'f'), to(B, 'f')],
      [to(A, 'f'), to(C, 'f')],
    ];
    expect(mix(deployed, wanted, C)).toEqual({
      targets: [arn(A, 'f'), arn(B, 'f')],
      late: [{ account: C, waiting: [arn(C, 'f')], kept: [arn(B, 'f')] }],
    });
  });

  test('keeps only what a late target replaces, where the file says it', () => {
    const stays = to(A, 'f');
    const [deployed, wanted] = [
      [stays, to(B, 'f'), to(A, 'left')],
      [stays, to(C, 'f', { replaces: [arn(B, 'f')] })],
    ];
    expect(mix(deployed, wanted, C)?.targets).toEqual([arn(A, 'f'), arn(B, 'f')]);
  });

  test('keeps what a late target replaces, which is there already and does not replace it yet', () => {
    const [deployed, wanted] = [
      [to(A, 'f'), to(B, 'f'), to(C, 'f')],
      [to(A, 'f'), to(C, 'f', { replaces: [arn(B, 'f')], externalId: 'agreed' })],
    ];
    expect(mix(deployed, wanted, C)).toEqual({
      targets: [arn(A, 'f'), arn(B, 'f'), arn(C, 'f')],
      late: [{ account: C, waiting: [arn(C, 'f')], kept: [arn(C, 'f'), arn(B, 'f')] }],
    });
  });

  test('does not keep what another account has taken over already', () => {
    const [deployed, wanted] = [
      [to(A, 'moved'), to(A, 'old')],
      [to(A, 'new'), to(B, 'moved', { replaces: [arn(A, 'moved')] })],
    ];
    expect(mix(deployed, wanted, A)?.targets).toEqual([arn(A, 'old'), arn(B, 'moved')]);
  });

  test('has no mix for a new route, nor where what is kept is not ready either', () => {
    expect(mix([], [to(A, 'f'), to(B, 'f')], B)).toBeUndefined();
    const isReady = ({ account }: Target) => account === A;
    expect(
      mixTargets({ wanted: [to(A, 'f'), to(B, 'new')], deployed: [to(B, 'old')], isReady }),
    ).toBeUndefined();
  });
});
