import type { ProbedTarget, ProbeOutcome, Route } from '@xacct/core';
import { describe, expect, test } from 'vitest';
import { brokenTargets, groupByCause } from '../../src/doctor/probed-targets.ts';
import { examinedOf } from './examined.ts';

const [ORDERS] = examinedOf({}).chosen as [Route];
const OK = 'ok';
const NOT_ASSUMED = {
  class: 'denied',
  reason:
    'Cannot assume arn:aws:iam::1:role/r for route "orders": AccessDenied: no. Is the xacct stack of account 222222222222 deployed?',
};
const DENIED = { class: 'denied', reason: 'AccessDeniedException: no' };
const MISSING = { class: 'refused', reason: 'ResourceNotFoundException: no' };
const AWAY = { class: 'unavailable', reason: 'ServiceException: no' };
const THROTTLED = { class: 'throttled', reason: 'TooManyRequestsException: no' };

function target(place: string, name: string, outcome: ProbeOutcome): ProbedTarget {
  const [region, account] = place.split(' ');
  return {
    target: `arn:aws:lambda:${region}:${account}:function:${name}`,
    role: `arn:aws:iam::${account}:role/${name.replace(/\d$/, '')}`,
    outcome,
  };
}

function groups(...targets: ProbedTarget[]): string[] {
  const all = targets.map((probed) => ({ ...probed, forwarder: ORDERS.forwarder }));
  return groupByCause(brokenTargets(ORDERS, targets), all).map(
    ({ what, name, broken }) => `${what} ${name.split(':').at(-1)} ${broken.length}`,
  );
}

const [HERE, THERE] = ['us-west-2 222222222222', 'eu-west-1 222222222222'];
const OTHER = 'us-west-2 333333333333';

describe('groupByCause', () => {
  test('finds nothing where all is well', () => {
    expect(groups(target(HERE, 'a', OK), target(THERE, 'b', OK))).toEqual([]);
  });

  test.each<[what: string, targets: ProbedTarget[], expected: string[]]>([
    [
      'a role of several functions',
      [
        target(HERE, 'a1', NOT_ASSUMED),
        target(HERE, 'a2', NOT_ASSUMED),
        target(HERE, 'b', OK),
        target(OTHER, 'c', OK),
      ],
      ['role role/a 2'],
    ],
    ['a policy', [target(HERE, 'a', DENIED), target(OTHER, 'b', OK)], ['policy role/a 1']],
    ['a function', [target(HERE, 'a', MISSING), target(HERE, 'b', OK)], ['function a 1']],
    [
      'an account of several roles',
      [target(HERE, 'a', NOT_ASSUMED), target(THERE, 'b', NOT_ASSUMED), target(OTHER, 'c', OK)],
      ['account 222222222222 2'],
    ],
    [
      'a forwarder of several accounts',
      [target(HERE, 'a', NOT_ASSUMED), target(OTHER, 'b', NOT_ASSUMED)],
      ['forwarder default 2'],
    ],
    [
      'a region',
      [target(THERE, 'a', AWAY), target(THERE, 'b', AWAY), target(HERE, 'c', OK)],
      ['region eu-west-1 2'],
    ],
    [
      'one of several functions of a region',
      [target(THERE, 'a', AWAY), target(THERE, 'b', OK)],
      ['target a 1'],
    ],
    ['a function without capacity', [target(HERE, 'a', THROTTLED)], ['target a 1']],
    ['the only role', [target(HERE, 'a', NOT_ASSUMED)], ['role role/a 1']],
  ])('names %s', (_, targets, expected) => {
    expect(groups(...targets)).toEqual(expected);
  });

  test('leaves out of a reason what the finding says itself', () => {
    const [broken] = brokenTargets(ORDERS, [target(HERE, 'a', NOT_ASSUMED)]);
    expect(broken?.reason).toBe('AccessDenied: no');
  });
});
