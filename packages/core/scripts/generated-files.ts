import { readFileSync } from 'node:fs';
import { parkedRecordsSchema } from '../src/schema/parked-records-schema.ts';
import { routesSchema } from '../src/schema/routes-schema.ts';
import { storedRouteSchema } from '../src/schema/stored-route-schema.ts';
import { editorSchema } from './editor-schema.ts';
import { modelFiles } from './option-comments.ts';
import { optionTables } from './option-tables.ts';
import { validatorCode } from './validator-code.ts';

/** Everything that follows from the schemas, by path from this package. A test fails where a file is out of date. */
export async function generatedFiles(): Promise<Record<string, string>> {
  return {
    'routes.schema.json': `${JSON.stringify(editorSchema(), null, 2)}\n`,
    // `verbose` keeps the schema and the value of each error, from which messages are worded.
    'src/generated/validate-routes-file.js': await validatorCode(routesSchema, 'src/schema', {
      allErrors: true,
      verbose: true,
    }),
    'src/generated/validate-stored-route.js': await validatorCode(storedRouteSchema, 'src/schema', {
      errors: false,
    }),
    'src/generated/validate-parked-records.js': await validatorCode(parkedRecordsSchema, 'src/schema', {
      errors: false,
    }),
    ...typesOfModel(),
    '../../docs/routes.md': withTables(
      readFileSync(new URL('../../../docs/routes.md', import.meta.url), 'utf8'),
    ),
  };
}

/** Puts each table between the comments that name it. */
function withTables(page: string): string {
  return Object.entries(optionTables()).reduce((text, [name, table]) => {
    const between = new RegExp(`(<!-- options: ${name} -->\\n)[^]*?(<!-- /options -->)`);
    if (!between.test(text)) throw new Error(`docs/routes.md has no place for the table "${name}"`);
    return text.replace(between, (_, start: string, end: string) => `${start}\n${table}\n${end}`);
  }, page);
}

function typesOfModel(): Record<string, string> {
  const path = (file: string) => `src/model/${file}.ts`;
  const files = modelFiles((file) => readFileSync(new URL(`../${path(file)}`, import.meta.url), 'utf8'));
  return Object.fromEntries(Object.entries(files).map(([file, text]) => [path(file), text]));
}
