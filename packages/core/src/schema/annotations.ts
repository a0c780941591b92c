import type { ExtendedJSONSchema } from 'json-schema-to-ts';

/** What the schemas say beyond JSON Schema: for error messages and for the generated docs. */
export type Annotations = {
  /** Words what is allowed, for messages: `expected <this>, got …`. */
  'x-expected': string;
  /** Of a number: seconds, records, MB. */
  'x-unit': string;
  /** Words a default that depends on something else. */
  'x-default': string;
};

export type JSONSchema = ExtendedJSONSchema<Annotations>;
export type Properties = Record<string, JSONSchema>;
