import { writeFileSync } from 'node:fs';
import { editorSchema } from '../src/editor-schema.ts';

/** Writes routes.schema.json, which editors read to complete and check a routes.yaml. */
const json = JSON.stringify(editorSchema(), null, 2);
// Short lists on one line, as the formatter wants them.
const formatted = json.replace(/\[\n\s+("[^\n]*"(?:,\n\s+"[^\n]*")*)\n\s+\]/g, (_, items: string) => {
  return `[${items.replace(/\n\s+/g, ' ')}]`;
});
writeFileSync(new URL('../routes.schema.json', import.meta.url), `${formatted}\n`);
