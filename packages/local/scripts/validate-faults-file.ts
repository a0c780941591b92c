import { validatorCode } from '@xacct/core/validator-code';
import { faultsSchema } from '../src/faults/faults-schema.ts';

/** The code of `src/generated/validate-faults-file.js`. A test fails where the file is out of date. */
export function validateFaultsFile(): Promise<string> {
  // `verbose` keeps the schema and the value of each error, from which messages are worded.
  return validatorCode(faultsSchema, 'src/faults/faults-schema.ts', {
    errors: true,
    allErrors: true,
    verbose: true,
  });
}
