import { describe, expect, test } from 'vitest';
import { renderDiff } from '../../src/routes-file/render-diff.ts';

const lines = (...texts: string[]) => texts.map((text) => `${text}\n`).join('');

describe('renderDiff', () => {
  test('shows what is new with three lines on either side', () => {
    const before = lines('1', '2', '3', '4', '5', '6', '7', '8');
    expect(renderDiff('f', before, before.replace('4\n', '4\nnew\n'))).toBe(
      lines('--- f', '+++ f', '@@ -2,6 +2,7 @@', ' 2', ' 3', ' 4', '+new', ' 5', ' 6', ' 7'),
    );
  });

  test('shows a line that changes', () => {
    expect(renderDiff('f', 'a: []\n', 'a: [b]\n')).toBe(
      lines('--- f', '+++ f', '@@ -1,1 +1,1 @@', '-a: []', '+a: [b]'),
    );
  });

  test('counts a line that is there twice once on either side', () => {
    expect(renderDiff('f', 'a\n', 'a\na\n')).toBe(lines('--- f', '+++ f', '@@ -1,1 +1,2 @@', ' a', '+a'));
  });

  test('marks a last line without a line break', () => {
    const open = '\\ No newline at end of file';
    expect(renderDiff('f', 'a', 'a\nb')).toBe(
      lines('--- f', '+++ f', '@@ -1,1 +1,2 @@', '-a', open, '+a', '+b', open),
    );
    expect(renderDiff('f', 'b', 'a\nb')).toBe(lines('--- f', '+++ f', '@@ -1,1 +1,2 @@', '+a', ' b', open));
  });

  test('counts from 0 in a file that is empty', () => {
    expect(renderDiff('f', '', 'a\n')).toBe(lines('--- f', '+++ f', '@@ -0,0 +1,1 @@', '+a'));
  });
});
