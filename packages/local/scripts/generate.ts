import { writeFileSync } from 'node:fs';
import { operationsPage } from './operations-page.ts';
import { validateFaultsFile } from './validate-faults-file.ts';
import { validateInputs } from './validate-inputs.ts';

const write = (path: string, text: string) => writeFileSync(new URL(path, import.meta.url), text);

write('../src/generated/validate-faults-file.js', await validateFaultsFile());
write('../src/generated/validate-inputs.js', await validateInputs());
write('../../../docs/local-operations.md', operationsPage());
