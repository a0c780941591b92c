import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { createLog } from '../../src/invocation/log.ts';

function levelsWritten(level?: 'info' | 'warn' | 'error'): string[] {
  const lines: string[] = [];
  const log = createLog({ write: (line) => lines.push(line), ...(level && { level }) });
  log.info('message');
  log.warn('message');
  log.error('message');
  return lines.map((line) => JSON.parse(line).level);
}

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

  test('writes to standard output by default', () => {
    const write = vi.spyOn(process.stdout, 'write').mockReturnValue(true);
    onTestFinished(() => write.mockRestore());
    createLog().info('Started');

    expect(write).toHaveBeenCalledExactlyOnceWith('{"level":"info","message":"Started"}\n');
  });

  test.for([
    [undefined, ['info', 'warn', 'error']],
    ['info', ['info', 'warn', 'error']],
    ['warn', ['warn', 'error']],
    ['error', ['error']],
  ] as const)('leaves out what is less severe than its level: %s', ([level, written]) => {
    expect(levelsWritten(level)).toEqual(written);
  });
});
