import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { editorSchema } from '../scripts/editor-schema.ts';
import { generatedFiles } from '../scripts/generated-files.ts';
import { routesSchema } from '../src/schema/routes-schema.ts';

describe('generatedFiles', async () => {
  test.each(Object.entries(await generatedFiles()))(
    'is what %s holds; run `pnpm generate` where it is not',
    (path, text) => {
      const file = readFileSync(new URL(`../${path}`, import.meta.url), 'utf8');
      const isJson = path.endsWith('.json');
      expect(isJson ? JSON.parse(file) : file).toEqual(isJson ? JSON.parse(text) : text);
    },
  );
});

describe('editorSchema', () => {
  test('names the dialect and keeps the descriptions, without annotations of its own', () => {
    const text = JSON.stringify(editorSchema());
    expect(editorSchema()).toHaveProperty('$schema', 'http://json-schema.org/draft-07/schema#');
    expect(text).toContain(routesSchema.properties.routes.items.properties.stream.description);
    expect(text).not.toMatch(/"x-/);
  });
});

describe('routesSchema', () => {
  test('describes every property, as editors show and error messages quote it', () => {
    expect(propertiesWithoutDescription(routesSchema)).toEqual([]);
  });

  test('describes every pattern in words, so that no message shows one', () => {
    expect(wordlessPatterns(routesSchema)).toEqual([]);
  });
});

type Schema = Record<string, unknown>;

function propertiesWithoutDescription(schema: Schema): string[] {
  return subschemas(schema).flatMap(([, { properties = {} }]) =>
    Object.entries(properties as Record<string, Schema>)
      .filter(([, property]) => typeof property.description !== 'string')
      .map(([key]) => key),
  );
}

function wordlessPatterns(schema: Schema): string[] {
  return subschemas(schema)
    .filter(([, { pattern, ...others }]) => typeof pattern === 'string' && others['x-expected'] === undefined)
    .map(([key]) => key);
}

/** The schema and everything in it, each with its key. */
function subschemas(schema: Schema, key = ''): [string, Schema][] {
  const inner = Object.entries(schema).flatMap(([name, value]) =>
    typeof value === 'object' && value !== null ? subschemas(value as Schema, name) : [],
  );
  return [[key, schema], ...inner];
}
