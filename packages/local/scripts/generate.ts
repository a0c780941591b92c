import { writeFileSync } from 'node:fs';
import { validateFaultsFile } from './validate-faults-file.ts';

writeFileSync(
  new URL('../src/generated/validate-faults-file.js', import.meta.url),
  await validateFaultsFile(),
);
