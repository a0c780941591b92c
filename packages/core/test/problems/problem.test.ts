import { describe, expect, test } from 'vitest';
import { formatPath, formatProblem, type Path, type Problem } from '../../src/problems/problem.ts';

describe('formatPath', () => {
  test.each<[Path, string]>([
    [[], ''],
    [['routes', 2, 'batchSize'], 'routes[2].batchSize'],
    [['forwarders', 'second-reader', 'memoryMB'], 'forwarders.second-reader.memoryMB'],
    [['accounts', '2nd "one"'], 'accounts["2nd \\"one\\""]'],
    [['a key'], '["a key"]'],
  ])('writes %j as %s', (path, written) => {
    expect(formatPath(path)).toBe(written);
  });
});

describe('formatProblem', () => {
  test('writes place, message and fix on one line', () => {
    expect(formatProblem(problem({ hint: 'write 1' }))).toBe(
      'routes.yaml:14:17 routes[2].batchSize: expected 1–10000, got 0; write 1',
    );
  });

  test('leaves out what there is none of', () => {
    expect(formatProblem(problem({ path: '' }))).toBe('routes.yaml:14:17: expected 1–10000, got 0');
  });
});

function problem(properties: Partial<Problem> = {}): Problem {
  return {
    file: 'routes.yaml',
    path: 'routes[2].batchSize',
    line: 14,
    column: 17,
    length: 1,
    severity: 'error',
    code: 'out-of-range',
    message: 'expected 1–10000, got 0',
    hint: null,
    ...properties,
  };
}
