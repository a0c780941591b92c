import { describe, expect, test } from 'vitest';
import { filterFlows } from '../../../../src/monitor/page/client/filter.ts';
import { flowsOf } from '../../../../src/monitor/page/client/flows.ts';
import type { Status } from '../../../../src/monitor/status.ts';
import { route, statusOf, target } from '../../statuses.ts';
import { DENIED } from '../many-targets.ts';

const status: Status = {
  ...statusOf([
    route('orders', { states: ['denied'], targets: [target('ledger', DENIED), target('mailer')] }),
    route('refunds', { states: ['waiting'], targets: [target('ledger'), target('audit')] }),
    route('events', { forwarder: 'bulk' }),
  ]),
  accountNames: { 222222222222: 'billing' },
};
const found = (words: string, onlyTrouble = false) =>
  filterFlows(flowsOf(status), { words, onlyTrouble }).map(
    ({ route: { route }, functionName }) => `${route}/${functionName}`,
  );

describe('filterFlows', () => {
  test.each([
    ['', 5],
    ['LEDGER', 2],
    ['refunds ledger', 1],
    ['billing', 5],
    ['222222222222', 5],
    ['bulk', 1],
    ['denied', 1],
    ['nowhere', 0],
  ])('finds "%s" in names', (words, count) => {
    expect(found(words)).toHaveLength(count);
  });

  test('leaves out what has no trouble, but for a route of which no target is known to have it', () => {
    expect(found('', true)).toEqual(['orders/ledger', 'refunds/ledger', 'refunds/audit']);
  });
});
