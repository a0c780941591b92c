import { once } from 'node:events';
import { PassThrough, Readable } from 'node:stream';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { readBody } from '../../src/aws/read-body.ts';

describe('readBody', () => {
  test('joins parts, also where one ends within a character', async () => {
    const bytes = Buffer.from('ключ 🔑');
    const parts = Array.from(bytes, (byte) => Buffer.from([byte]));

    expect(await readBody(Readable.from(parts))).toBe('ключ 🔑');
  });

  test('is empty where there is nothing', async () => {
    expect(await readBody(Readable.from([]))).toBe('');
  });

  test('rejects where the connection breaks off', async () => {
    const body = new PassThrough();
    const text = readBody(body);
    body.write('{"half');
    body.destroy(new Error('aborted'));

    await expect(text).rejects.toThrow('aborted');
  });

  test('rejects where the response is closed before its end, without an error', async () => {
    const body = new PassThrough();
    const text = readBody(body);
    body.write('{"half');
    body.destroy();

    await expect(text).rejects.toThrow('The response was cut off');
  });

  test('makes no error for a response that has ended', async () => {
    const made: unknown[] = [];
    class Counted extends Error {
      constructor(message?: string) {
        super(message);
        made.push(message);
      }
    }
    onTestFinished(() => void vi.unstubAllGlobals());
    vi.stubGlobal('Error', Counted);
    const body = Readable.from([Buffer.from('all')]);
    const closed = once(body, 'close');
    const text = await readBody(body);
    await closed;
    vi.unstubAllGlobals();

    expect([text, made]).toEqual(['all', []]);
  });
});
