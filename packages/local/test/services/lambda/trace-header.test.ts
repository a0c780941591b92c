import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { nextTrace } from '../../../src/services/lambda/trace-header.ts';
import { NOON_MS } from '../../factories.ts';

const READER = 'arn:aws:lambda:us-west-2:999999999999:function:reader';
const OTHER = 'arn:aws:lambda:us-west-2:999999999999:function:other';

/** The header after so many invocations in one chain. */
function headerAfter(invocations: number, functionArn = READER, first: string[] = []): string {
  let headers = first;
  for (let count = 0; count < invocations; count += 1)
    headers = [nextTrace(headers, functionArn, NOON_MS).header];
  return headers[0] ?? '';
}

const before = (headers: string[], functionArn = READER) => nextTrace(headers, functionArn, NOON_MS).before;
const rootOf = (header: string) => /Root=([^;]+)/.exec(header)?.[1];

describe('nextTrace', () => {
  test('begins a chain with the time, in the form of real headers', () => {
    const { header, before: earlier } = nextTrace([], READER, NOON_MS);
    const seconds = (NOON_MS / 1000).toString(16);
    expect(header).toMatch(
      new RegExp(`^Root=1-${seconds}-[0-9a-f]{24};Parent=[0-9a-f]{16};Sampled=0;Lineage=1:[0-9a-f]{8}:0$`),
    );
    expect(earlier).toBe(0);
  });

  test('counts the invocations of each function of a chain by itself, and keeps the root', () => {
    const third = headerAfter(3);
    const mixed = headerAfter(2, OTHER, [third]);
    expect([before([mixed]), before([mixed], OTHER)]).toEqual([3, 2]);
    expect(rootOf(mixed)).toBe(rootOf(third));
    expect(mixed).toMatch(/Lineage=3:[0-9a-f]{8}:0\|2:[0-9a-f]{8}:0$/);
  });

  test('counts an alias or a version as the function', () => {
    expect(before([headerAfter(2, `${READER}:live`)])).toBe(2);
    expect(before([headerAfter(2)], `${READER}:7`)).toBe(2);
  });

  test('goes on from the highest count of a batch, whatever its order', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(20), { minLength: 1, maxLength: 10 }), (counts) => {
        const headers = counts.map((count) => headerAfter(count));
        const most = Math.max(...counts);
        const { header, before: earlier } = nextTrace(headers, READER, NOON_MS);
        expect(earlier).toBe(most);
        expect(before([header])).toBe(most + 1);
        if (most > 0) expect(rootOf(header)).toBe(rootOf(headers[counts.indexOf(most)] ?? ''));
      }),
      { numRuns: 50 },
    );
  });

  test.each([
    'Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1',
    'Root=1-5759e988-bd862e3fe1be46a994272793',
  ])('begins to count with a header that has no lineage: %s', (header) => {
    const next = nextTrace([header], READER, NOON_MS);
    expect(next.before).toBe(0);
    expect(rootOf(next.header)).toBe('1-5759e988-bd862e3fe1be46a994272793');
  });

  test('leaves out what it cannot read', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        for (const header of [text, `Root=${text}`, `Lineage=${text}`]) {
          const next = nextTrace([header], READER, NOON_MS);
          expect(next.before).toBe(0);
          expect(next.header).toMatch(
            /^Root=1-[0-9a-f]{8}-[0-9a-f]{24};Parent=[0-9a-f]{16};Sampled=0;Lineage=/,
          );
        }
      }),
    );
  });

  test('never counts beyond what libraries take', () => {
    const header = headerAfter(1).replace('Lineage=1:', 'Lineage=32767:');
    expect(nextTrace([header], READER, NOON_MS).header).toContain('Lineage=32767:');
  });
});
