import { describe, expect, test } from 'vitest';
import { createLog } from '../src/log.ts';

describe('createLog', () => {
  test('writes one line of JSON an event', () => {
    const lines: string[] = [];
    const log = createLog({ write: (line) => lines.push(line) });

    log.info('Started', { targets: 3 });
    log.warn('Two\nlines');
    log.error('Failed', { reason: 'no "route"', retry: false, cause: undefined });

    expect(lines).toEqual([
      '{"level":"info","message":"Started","targets":3}\n',
      '{"level":"warn","message":"Two\\nlines"}\n',
      '{"level":"error","message":"Failed","reason":"no \\"route\\"","retry":false}\n',
    ]);
  });

  test.for([
    ['info', ['info', 'warn', 'error']],
    ['warn', ['warn', 'error']],
    ['error', ['error']],
  ] as const)('writes from the level %s on', ([level, expected]) => {
    const lines: string[] = [];
    const log = createLog({ level, write: (line) => lines.push(line) });

    log.info('one');
    log.warn('two');
    log.error('three');

    expect(lines.map((line) => (JSON.parse(line) as { level: string }).level)).toEqual(expected);
  });
});
