import { parseRoutes } from '@xacct/core';
import { describe, expect, test } from 'vitest';
import type { Choice } from '../../src/redrive/choose-letters.ts';
import { lettersOfGivenUp, lettersOfParked } from '../../src/redrive/kept-letters.ts';
import { givenUpBatch } from '../bucket/given-up-batches.ts';
import { LEDGER, parkedMessage, READER } from '../queues/parked-messages.ts';
import { routesYaml } from '../xacct.ts';

const NOW = Date.UTC(2026, 10, 25);

function choice(more = '', rest: Partial<Choice> = {}): Choice {
  const { routes, problems } = parseRoutes(
    routesYaml(`  - stream: orders
    ${more}
    targets:
      - { account: analytics, function: reader, filter: { data: { kind: [order] } } }
      - { account: billing, function: "ledger:live" }
`),
  );
  const route = routes?.routes[0];
  if (route === undefined) throw new Error(problems.map(({ message }) => message).join('\n'));
  return { route, targets: undefined, since: undefined, ...rest };
}

/** How many records each target gets. */
function counts(text: string, chosen: Choice) {
  const kept = lettersOfGivenUp(text, chosen, NOW);
  if (typeof kept === 'string') return kept;
  return kept.letters.map(({ facts, records }) => [facts.target, records.length]);
}

const MIXED = givenUpBatch({ data: ['{"kind":"order"}', '{"kind":"return"}', 'no JSON'] });

describe('lettersOfGivenUp', () => {
  test('gives each target what its own filter lets through', () => {
    expect(counts(MIXED, choice())).toEqual([
      [READER, 1],
      [LEDGER, 3],
    ]);
    expect(counts(givenUpBatch({ data: ['{"kind":"return"}'] }), choice())).toEqual([[LEDGER, 1]]);
  });

  test('leaves filters to the forwarder where records have to be taken apart first', () => {
    expect(counts(MIXED, choice('deaggregate: true'))).toEqual([
      [READER, 3],
      [LEDGER, 3],
    ]);
  });

  test('may delete a batch only if it goes to all targets', () => {
    const complete = (...targets: string[]) => {
      return lettersOfGivenUp(MIXED, choice('', { targets: new Set(targets) }), NOW);
    };
    expect(complete(READER)).toMatchObject({ complete: false });
    expect(complete(READER, LEDGER)).toMatchObject({ complete: true });
    expect(lettersOfGivenUp(MIXED, choice(), NOW)).toMatchObject({ complete: true });
  });

  test('finds the stream of a batch that was read through a consumer', () => {
    const consumer = MIXED.replaceAll(/stream\/orders/g, 'stream/orders/consumer/xacct-orders:1700000000');
    const kept = lettersOfGivenUp(consumer, choice(), NOW);
    expect(kept).toMatchObject({
      letters: [{ facts: { streamArn: 'arn:aws:kinesis:us-west-2:111111111111:stream/orders' } }, {}],
    });
  });

  test('treats an invalid time as too early when a time is given', () => {
    expect(lettersOfGivenUp(givenUpBatch({ timestamp: 'then' }), choice('', { since: 0 }), NOW)).toBe(
      'older',
    );
  });
});

describe('lettersOfParked', () => {
  test('starts the budget anew, and shows what was before', () => {
    const text = parkedMessage({ attempts: 9, reason: 'why' }).body;
    expect(lettersOfParked(text, choice(), NOW)).toMatchObject({
      letters: [
        {
          facts: {
            target: READER,
            attempts: 0,
            hops: 0,
            parkedAt: '2026-11-25T00:00:00.000Z',
            reason: 'why',
          },
          shown: { reason: 'why', parkedAt: '2026-11-20T10:00:00.000Z', attempts: 9 },
        },
      ],
      complete: true,
    });
  });

  test('does not read an object that refers to another one', () => {
    const { Records: _, ...reference } = JSON.parse(parkedMessage().body);
    const text = JSON.stringify({ ...reference, object: 'waiting/orders/a.json' });
    expect(lettersOfParked(text, choice(), NOW)).toBe('foreign');
  });
});
