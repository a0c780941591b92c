import { writeFileSync } from 'node:fs';
import { generatedFiles } from './generated-files.ts';

/** `pnpm generate`: writes all that follows from the schemas. */
for (const [path, text] of Object.entries(await generatedFiles())) {
  writeFileSync(new URL(`../${path}`, import.meta.url), text);
}
