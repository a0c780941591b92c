import { PassThrough } from 'node:stream';
import { describe, expect, test } from 'vitest';
import { askRoute } from '../../src/init/ask-route.ts';

async function ask(answers: string, given = {}) {
  const [input, output] = [new PassThrough(), new PassThrough()];
  input.end(answers);
  const route = await askRoute(given, input, output);
  return { route, asked: String(output.read() ?? '') };
}

describe('askRoute', () => {
  test('takes the sample for an empty answer', async () => {
    const { route } = await ask('\n\n\n\n\n');
    expect(route).toEqual({
      sourceAccount: '111111111111',
      region: 'us-west-2',
      stream: 'orders',
      account: '222222222222',
      function: 'order-reader',
    });
  });

  test('asks only for what is not given', async () => {
    const { route, asked } = await ask('payments\nledger\n', {
      sourceAccount: '333333333333',
      region: 'eu-west-1',
      account: '444444444444',
    });
    expect(route).toMatchObject({ sourceAccount: '333333333333', stream: 'payments', function: 'ledger' });
    expect(asked).toContain('Kinesis stream [orders]: ');
    expect(asked).not.toContain('Region');
  });

  test('asks again until an account has 12 digits', async () => {
    const { route, asked } = await ask('123\n555555555555\n\n\n\n\n');
    expect(route.sourceAccount).toBe('555555555555');
    expect(asked).toContain('expected 12 digits, got "123"');
  });

  test('writes nothing for a person who leaves', async () => {
    await expect(ask('111111111111\n')).rejects.toThrow('Interrupted: nothing is written');
  });
});
