import { writeFileSync } from 'node:fs';
import { page, pageWithReference } from './reference.ts';

/** `pnpm generate`: writes the reference of the constructs into docs/cdk.md. */
writeFileSync(page, pageWithReference());
