import { describe, expect, test } from 'vitest';
import { createLog } from '../src/log.ts';

describe('createLog', () => {
  test('writes one line of JSON an event', () => {
    const lines: string[] = [];
    const log = createLog((line) => lines.push(line));

    log.info('Started', { targets: 3 });
    log.warn('Two\nlines');
    log.error('Failed', { reason: 'no "route"', retry: false, cause: undefined });

    expect(lines).toEqual([
      '{"level":"info","message":"Started","targets":3}\n',
      '{"level":"warn","message":"Two\\nlines"}\n',
      '{"level":"error","message":"Failed","reason":"no \\"route\\"","retry":false}\n',
    ]);
  });
});
