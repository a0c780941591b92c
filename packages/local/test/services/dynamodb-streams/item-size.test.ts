import { describe, expect, test } from 'vitest';
import { itemBytes } from '../../../src/services/dynamodb-streams/item-size.ts';

describe('itemBytes', () => {
  // From the SizeBytes of https://docs.aws.amazon.com/lambda/latest/dg/with-ddb-example.html
  test("adds up to what AWS's own examples say", () => {
    const keys = itemBytes({ Id: { N: '101' } });
    expect(keys + itemBytes({ Message: { S: 'New item!' }, Id: { N: '101' } })).toBe(26);
    expect(keys + itemBytes({ Message: { S: 'This item has changed' }, Id: { N: '101' } })).toBe(38);
  });

  test.each([
    [{ S: 'é' }, 2],
    [{ B: 'aGVsbG8=' }, 5],
    [{ BOOL: false }, 1],
    [{ NULL: true }, 1],
    [{ N: '0' }, 1],
    [{ N: '1000' }, 2],
    [{ N: '-12.5' }, 4],
    [{ SS: ['a', 'bc'] }, 3],
    [{ NS: ['1', '22'] }, 4],
    [{ L: [{ S: 'a' }, { BOOL: true }] }, 7],
    [{ M: { a: { S: 'b' } } }, 6],
  ])('counts %j as %d bytes', (value, bytes) => {
    expect(itemBytes({ a: value })).toBe(1 + bytes);
  });
});
