import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { describe, expect, test } from 'vitest';
import { confirm } from '../../src/terminal/confirm.ts';

/** A person who gives one answer, or none and leaves. */
async function ask(answer: string | undefined, signal = new AbortController().signal) {
  const [input, output] = [new PassThrough(), new PassThrough()];
  if (answer === undefined) input.end();
  else input.write(answer);
  const asked = confirm('Deploy 2 stacks?', 'Nothing is deployed', { signal, input, output });
  const result = await asked.then(
    () => 'agreed',
    (error: Error) => error.message,
  );
  output.end();
  return { result, shown: await text(output) };
}

describe('confirm', () => {
  test.each(['y\n', 'yes\n', ' Y \n'])('reads %j as yes', async (answer) => {
    expect(await ask(answer)).toEqual({ result: 'agreed', shown: 'Deploy 2 stacks? [y/N] ' });
  });

  test.each(['\n', 'n\n', 'yellow\n'])('reads %j as no', async (answer) => {
    expect((await ask(answer)).result).toBe('Nothing is deployed');
  });

  test('reads no answer as no', async () => {
    expect((await ask(undefined)).result).toBe('\nNothing is deployed');
  });

  test('reads an interruption as no', async () => {
    const controller = new AbortController();
    const input = new PassThrough();
    const asked = confirm('Deploy?', 'Nothing is deployed', {
      signal: controller.signal,
      input,
      output: new PassThrough(),
    });
    controller.abort();
    await expect(asked).rejects.toThrow('Nothing is deployed');
  });
});
