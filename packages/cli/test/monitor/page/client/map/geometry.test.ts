import { describe, expect, test } from 'vitest';
import { lineBetween } from '../../../../../src/monitor/page/client/map/geometry.ts';

const box = (left: number, top: number) => ({ left, right: left + 100, top, bottom: top + 40 });

describe('lineBetween', () => {
  test('is a curve to a node on the right, with its sign in the middle', () => {
    expect(lineBetween(box(0, 0), box(160, 100))).toEqual({
      path: 'M100 20 C130 20 130 120 160 120',
      sign: { x: 130, y: 70 },
    });
  });

  test('goes around the left side to a node below', () => {
    const { path, sign } = lineBetween(box(30, 0), box(30, 100));
    expect(path).toMatch(/^M30 20 H20 .*V114 .*H30$/);
    expect(sign).toEqual({ x: 14, y: 120 });
  });

  test('goes down from a node to one that is further in', () => {
    const { path, sign } = lineBetween(box(0, 0), box(30, 100));
    expect(path).toMatch(/^M11 40 V114 .*H30$/);
    expect(sign).toEqual({ x: 11, y: 120 });
  });
});
