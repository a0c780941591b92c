import { describe, expect, test } from 'vitest';
import { writeBlock } from '../../src/export/hcl.ts';
import { readHcl } from './read-hcl.ts';

describe('writeBlock', () => {
  test('lines up equals signs as far as no value takes several lines', () => {
    const text = writeBlock({
      type: 'data',
      labels: ['a_type', 'a_name'],
      attributes: {
        sid: 'One',
        effect: 'Allow',
        actions: ['a', 'b'],
        of: 1,
        document: { reference: 'data.x.y' },
      },
      blocks: [{ type: 'inner', labels: [], attributes: { values: ['a'] } }],
    });
    expect(text).toBe(`data "a_type" "a_name" {
  sid    = "One"
  effect = "Allow"
  actions = [
    "a",
    "b",
  ]
  of       = 1
  document = data.x.y

  inner {
    values = ["a"]
  }
}
`);
  });

  test.each(['plain', '$' + '{var.x}', '%' + '{ if x }', '"quoted"', 'back\\slash', 'line\nbreak', 'ü €'])(
    'writes %j so that it is read as it was',
    (value) => {
      const text = writeBlock({ type: 'locals', labels: [], attributes: { value, list: [value] } });
      expect(readHcl(text)).toEqual({ locals: [{ value, list: [value] }] });
    },
  );
});
