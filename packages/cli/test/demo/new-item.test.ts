import { describe, expect, test } from 'vitest';
import { toNewItem } from '../../src/demo/new-item.ts';

function event(document: unknown) {
  const data = Buffer.from(JSON.stringify(document));
  return { partitionKey: 'acme/shop', data, base64: data.toString('base64') };
}

const Keys = { partitionKey: { S: 'acme/shop' }, number: { N: '7' } };

describe('toNewItem', () => {
  test('makes attributes of the fields of an event, each of its type', () => {
    const document = { a: 'é', b: 1.5, c: null, d: [true, ['x']], e: { f: {} }, number: 1 };
    expect(toNewItem(event(document), 7)).toEqual({
      Keys,
      NewImage: {
        a: { S: 'é' },
        b: { N: '1.5' },
        c: { NULL: true },
        d: { L: [{ BOOL: true }, { L: [{ S: 'x' }] }] },
        e: { M: { f: { M: {} } } },
        ...Keys,
      },
    });
  });

  test('keeps a document without fields as one attribute', () => {
    expect(toNewItem(event(['x']), 7)).toEqual({
      Keys,
      NewImage: { document: { L: [{ S: 'x' }] }, ...Keys },
    });
  });
});
