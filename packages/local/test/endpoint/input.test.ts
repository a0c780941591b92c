import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { services } from '../../scripts/services.ts';
import { validateInputs } from '../../scripts/validate-inputs.ts';
import { readInput, validationErrors } from '../../src/endpoint/input.ts';

const read = (service: string, operation: string, values: Record<string, unknown>) =>
  readInput(service, operation, values, validationErrors(operation));

describe('readInput', () => {
  test('uses the code that follows from the schemas', async () => {
    const file = new URL('../../src/generated/validate-inputs.js', import.meta.url);
    expect(readFileSync(file, 'utf8'), 'run: pnpm --filter @xacct/local generate').toBe(
      await validateInputs(),
    );
  });

  test.each(
    services.flatMap(({ name, operations }) =>
      Object.entries(operations).map(([operation, { input }]) => [name, operation, input.required] as const),
    ),
  )(
    'takes the parameters of %s %s that it requires, and no call without one',
    (name, operation, required) => {
      for (const parameter of required ?? []) {
        const others = Object.fromEntries((required ?? []).map((one) => [one, null]));
        expect(() => read(name, operation, { ...others, [parameter]: null })).toThrow('must not be null');
      }
      if (required === undefined) expect(read(name, operation, {})).toEqual({});
    },
  );

  test('refuses what no schema names', () => {
    expect(() => read('sts', 'GetCallerIdentity', { A: 1 })).toThrow(
      'The local AWS does not know the parameter A of GetCallerIdentity',
    );
    expect(() => read('ssm', 'GetParametersByPath', { Path: '/', MaxResults: 11 })).toThrow(
      "Value '11' at 'MaxResults' failed to satisfy constraint: Member must be between 1 and 10",
    );
    expect(() => read('ssm', 'GetParameters', { Names: ['a', 1] })).toThrow(
      "Value at 'Names.1' must be a string, got 1",
    );
    expect(() =>
      read('dynamodb', 'GetShardIterator', { StreamArn: 'a', ShardId: 'b', ShardIteratorType: 'c' }),
    ).toThrow('The local AWS does not know the ShardIteratorType c');
  });
});
