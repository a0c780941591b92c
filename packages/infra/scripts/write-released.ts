import { readFileSync, writeFileSync } from 'node:fs';
import { currentTemplates } from '../test/released/current-templates.ts';

/**
 * Part of `pnpm version-packages`: keeps the templates of the version that is released, with which `test/released` compares those
 * of later ones.
 */
const manifest = new URL('../../cli/package.json', import.meta.url);
const { version } = JSON.parse(readFileSync(manifest, 'utf8'));
const lines = Object.entries(currentTemplates()).map(
  ([name, template]) => `    ${JSON.stringify(name)}: ${JSON.stringify(template)}`,
);
const file = new URL('../test/released/released.json', import.meta.url);
writeFileSync(file, `{\n  "version": "${version}",\n  "templates": {\n${lines.join(',\n')}\n  }\n}\n`);
