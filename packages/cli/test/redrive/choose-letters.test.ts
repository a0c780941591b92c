import { decodeParkedRecords, type ParkedFacts, parseRoutes } from '@xacct/core';
import { describe, expect, test } from 'vitest';
import { addressOf, type Choice, whyStaying } from '../../src/redrive/choose-letters.ts';
import { parkedMessage, READER } from '../queues/parked-messages.ts';
import { routesYaml } from '../xacct.ts';

const STREAM = 'arn:aws:kinesis:us-west-2:111111111111:stream/orders';
const TABLE = 'arn:aws:dynamodb:us-west-2:111111111111:table/carts/stream/';

function choice(stream: string, rest: Partial<Choice> = {}): Choice {
  const entry = `  - { stream: "${stream}", name: orders, targets: [{ account: analytics, function: reader }] }\n`;
  const route = parseRoutes(routesYaml(entry)).routes?.routes[0];
  if (route === undefined) throw new Error('There is no route');
  return { route, targets: undefined, since: undefined, ...rest };
}

const parked = (facts: Partial<ParkedFacts> = {}) => decodeParkedRecords(parkedMessage(facts).body);

describe('whyStaying', () => {
  test('lets those of a routed target move, whatever they failed with', () => {
    expect(whyStaying(parked({ failure: 'not-routed' }), choice('orders'))).toBeUndefined();
  });

  test("treats a table's stream as the same after it was switched off and on", () => {
    const letter = parked({ streamArn: `${TABLE}2026-01-01T00:00:00.000` });
    expect(whyStaying(letter, choice(`${TABLE}2026-06-01T00:00:00.000`))).toBeUndefined();
    expect(whyStaying(letter, choice('carts'))).toBe('notRouted');
  });

  test('keeps letters without a valid time if a time is given', () => {
    const letter = parked({ parkedAt: 'long ago' });
    expect(whyStaying(letter, choice('orders', { since: 0 }))).toBe('older');
    expect(whyStaying(letter, choice('orders'))).toBeUndefined();
  });

  test('lets those move whose target another one replaces', () => {
    const route = choice('orders').route;
    const [first, ...others] = route.targets;
    if (first === undefined) throw new Error('There is no target');
    const replacing = { ...route, targets: [{ ...first, replaces: [`${READER}2`] }, ...others] };
    expect(
      whyStaying(parked({ target: `${READER}2` }), { ...choice('orders'), route: replacing }),
    ).toBeUndefined();
  });

  test('lets those move with another target that are not routed any more, and no others', () => {
    const to = choice('orders', { to: READER });
    expect(whyStaying(parked({ target: `${READER}2` }), to)).toBeUndefined();
    expect(whyStaying(parked({ streamArn: STREAM.replace('orders', 'orders-v1') }), to)).toBeUndefined();
    expect(whyStaying(parked(), to)).toBe('otherTarget');
    const only = { ...to, targets: new Set([`${READER}2`]) };
    expect(whyStaying(parked({ target: `${READER}3` }), only)).toBe('otherTarget');
  });

  test('reports a target as no longer routed, rather than as another target', () => {
    const only = choice('orders', { targets: new Set([READER]) });
    expect(whyStaying(parked({ target: `${READER}2` }), only)).toBe('notRouted');
  });
});

describe('addressOf', () => {
  test('sends what is routed where it was to go, and all else to the target that is named, by its route', () => {
    const letter = parked({ target: `${READER}2`, route: 'orders-v1', streamArn: `${STREAM}-v1` });
    if (letter === undefined) throw new Error('There is no letter');
    const { route, ...rest } = choice('orders', { from: 'orders-v1' });
    expect(addressOf(letter, { route, ...rest })).toEqual({
      route: 'orders',
      streamArn: `${STREAM}-v1`,
      target: `${READER}2`,
    });
    expect(addressOf(letter, { route, ...rest, to: READER })).toEqual({
      route: 'orders',
      streamArn: STREAM,
      target: READER,
    });
  });
});
