/** A route as its parameters hold it, in JSON. What all targets share stands once, so that about 50 fit into one parameter. */
export const storedRouteSchema = {
  $schema: 'http://json-schema.org/draft-07/schema#',
  type: 'object',
  required: ['route', 'retryQueue', 'deadLetterQueue', 'role', 'externalId', 'targets'],
  properties: {
    route: { type: 'string' },
    deaggregate: { const: true },
    /** URLs. */
    retryQueue: { type: 'string' },
    deadLetterQueue: { type: 'string' },
    /** Absent for the default of routes.yaml. */
    retryForSeconds: { type: 'integer', minimum: 1 },
    /** ARN with `*` for the account. */
    role: { type: 'string' },
    externalId: { type: 'string' },
    targets: {
      type: 'array',
      minItems: 1,
      items: {
        type: 'object',
        required: ['function'],
        properties: {
          function: { type: 'string' },
          role: { type: 'string' },
          externalId: { type: 'string' },
          invocation: { enum: ['event', 'request-response'] },
          onFailure: { enum: ['park', 'block'] },
          timeoutSeconds: { type: 'integer', minimum: 1 },
          filter: { type: 'object' },
          /** ARNs, or names alone where account and region are the target's own. */
          replaces: { type: 'array', minItems: 1, items: { type: 'string' } },
        },
      },
    },
  },
} as const;
