import { PassThrough } from 'node:stream';
import type { Problem } from '@xacct/core';
import { describe, expect, test } from 'vitest';
import { renderProblems } from '../../src/terminal/problems.ts';

function problem(properties: Partial<Problem>): Problem {
  return {
    file: 'routes.yaml',
    path: 'a',
    line: 1,
    column: 1,
    length: 1,
    severity: 'error',
    code: 'wrong-type',
    message: 'expected b',
    hint: null,
    ...properties,
  };
}

/** No terminal, so without colours. */
const plain = new PassThrough();

function frameOf(properties: Partial<Problem>, text: string): string[] {
  return renderProblems([problem(properties)], text, plain)
    .split('\n')
    .slice(1);
}

describe('renderProblems', () => {
  test('marks the value under its line, with the line before', () => {
    expect(frameOf({ line: 2, column: 4, length: 3 }, 'a: 1\nb: two\nc: 3\n')).toEqual([
      '  1 │ a: 1',
      '  2 │ b: two',
      '    │    ^^^',
    ]);
  });

  test('keeps the marks under the value of a line with a tab, and within the line', () => {
    expect(frameOf({ column: 2, length: 99 }, '\tab')).toEqual(['  1 │  ab', '    │  ^^']);
  });

  test('cuts a long line around the value', () => {
    const [shown = '', marks = ''] = frameOf(
      { column: 501, length: 3 },
      `${'x'.repeat(500)}abc${'y'.repeat(500)}`,
    );
    const at = marks.indexOf('^');
    expect(shown.slice(at, at + 3)).toBe('abc');
    expect(shown.length).toBeLessThan(120);
  });

  test('shows no frame of a line that is empty or not there', () => {
    expect(frameOf({}, '')).toEqual([]);
    expect(frameOf({ line: 9 }, 'a')).toEqual([]);
  });
});
