import { validatorCode } from '@xacct/core/validator-code';
import { services } from './services.ts';

/** The code of `src/generated/validate-inputs.js`. A test fails where the file is out of date. */
export function validateInputs(): Promise<string> {
  const operationsOfAll = services.flatMap(({ operations }) => Object.values(operations));
  const inputs = [...new Set(operationsOfAll.map(({ input }) => input))];
  const refTo = (input: (typeof inputs)[number]) => ({ $ref: `#/definitions/${inputs.indexOf(input)}` });
  const ofServices = services.map(({ name, operations }) => [
    name,
    object(Object.fromEntries(Object.entries(operations).map(([key, { input }]) => [key, refTo(input)]))),
  ]);
  const schema = {
    ...object(Object.fromEntries(ofServices)),
    definitions: Object.fromEntries(inputs.map((input, index) => [index, { ...object({}), ...input }])),
  };
  // `verbose` keeps the schema and the value of an error, from which messages are worded. Operations with one schema share
  // its function.
  return validatorCode(schema, 'src/services', { verbose: true, messages: false, inlineRefs: false });
}

function object(properties: object) {
  return { type: 'object', additionalProperties: false, properties };
}
