import { writeFileSync } from 'node:fs';
import { operationsPage } from './operations-page.ts';
import { validateFaultsFile } from './validate-faults-file.ts';

const write = (path: string, text: string) => writeFileSync(new URL(path, import.meta.url), text);

write('../src/generated/validate-faults-file.js', await validateFaultsFile());
write('../../../docs/local-operations.md', operationsPage());
