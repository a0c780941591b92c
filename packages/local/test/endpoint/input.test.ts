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
  )('refuses %s %s without its required parameters', (name, operation, required) => {
    const nulls = Object.fromEntries((required ?? []).map((parameter) => [parameter, null]));
    const withNulls = () => read(name, operation, nulls);
    if (required === undefined) expect(withNulls()).toEqual({});
    else expect(withNulls).toThrow(`Value null at '${required[0]}' failed to satisfy constraint`);
  });

  test('refuses a parameter that no schema names, and values outside of a schema', () => {
    expect(() => read('sts', 'GetCallerIdentity', { A: 1 })).toThrow(
      'The local AWS does not know the parameter A of GetCallerIdentity',
    );
    expect(() => read('ssm', 'GetParametersByPath', { Path: '/', MaxResults: 11 })).toThrow(
      "Value '11' at 'MaxResults' failed to satisfy constraint: Member must be between 1 and 10",
    );
    expect(() => read('ssm', 'GetParameters', { Names: [] })).toThrow(
      "Value at 'Names' failed to satisfy constraint: Member must have length between 1 and 10, got 0",
    );
    expect(() => read('ssm', 'GetParameters', { Names: ['a', 1] })).toThrow(
      "Value at 'Names.1' must be a string, got 1",
    );
    expect(() =>
      read('dynamodb', 'GetShardIterator', { StreamArn: 'a', ShardId: 'b', ShardIteratorType: 'c' }),
    ).toThrow('The local AWS does not know the ShardIteratorType c');
  });
});
