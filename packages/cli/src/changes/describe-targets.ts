import { isDeepStrictEqual } from 'node:util';
import { receiverOf, type StoredRoute, type Target } from '@xacct/core';
import type { AccountLabels } from '../routes-file/account-labels.ts';

const OPTIONS = ['invocation', 'onFailure', 'filter', 'externalId', 'roleArn', 'replaces', 'paused'] as const;

/** The differences in the targets of a route, one phrase each. */
export function describeTargets(
  before: StoredRoute,
  after: StoredRoute,
  { target: label }: AccountLabels,
): string[] {
  const old = new Map(before.targets.map((target) => [target.functionArn, target]));
  const now = new Map(after.targets.map((target) => [target.functionArn, target]));
  return [
    ...after.targets
      .filter(({ functionArn }) => !old.has(functionArn))
      .map(({ functionArn }) => `new target ${label(functionArn)}`),
    ...before.targets
      .filter(({ functionArn }) => !now.has(functionArn))
      .map(({ functionArn }) => `no longer to ${label(functionArn)}`),
    ...after.targets.flatMap((target) => {
      const previous = old.get(target.functionArn);
      const changes = previous === undefined ? [] : optionsOf(previous, target);
      return changes.length === 0 ? [] : [`${label(target.functionArn)}: ${changes.join(', ')}`];
    }),
    ...describeLeft(before, after, label),
    ...(before.deaggregate === after.deaggregate
      ? []
      : [`deaggregate ${before.deaggregate} → ${after.deaggregate}`]),
  ];
}

/** A new target beside a removed one may be the same under another name. */
function describeLeft(before: StoredRoute, after: StoredRoute, label: AccountLabels['target']): string[] {
  const isNew = after.targets.some(({ functionArn }) =>
    before.targets.every((target) => target.functionArn !== functionArn),
  );
  const left = before.targets.filter(
    ({ functionArn }) => receiverOf(after.targets, functionArn) === undefined,
  );
  if (!isNew || left.length === 0) return [];
  const names = left.map(({ functionArn }) => label(functionArn)).join(', ');
  return [`what is parked for ${names} becomes dead letters, unless a new target says that it "replaces" it`];
}

function optionsOf(before: Target, after: Target): string[] {
  return OPTIONS.filter((option) => !isDeepStrictEqual(before[option], after[option])).map((option) => {
    if (option === 'paused') return after.paused ? 'paused' : 'no longer paused';
    return option === 'filter' ? 'filter changed' : `${option} ${before[option]} → ${after[option]}`;
  });
}
