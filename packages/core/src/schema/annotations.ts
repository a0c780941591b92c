import type { ExtendedJSONSchema } from 'json-schema-to-ts';

/** Annotations beyond JSON Schema, for error messages and for the generated docs. */
export type Annotations = {
  /** The allowed values in words, for messages: `expected <this>, got …`. */
  'x-expected': string;
  /** The unit of a number: seconds, records, MB. */
  'x-unit': string;
  /** The default in words, for a default that depends on something else. */
  'x-default': string;
};

export type JSONSchema = ExtendedJSONSchema<Annotations>;
export type Properties = Record<string, JSONSchema>;
