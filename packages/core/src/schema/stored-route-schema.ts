/** A route as JSON in its SSM parameters. Values that all targets share are stored once, so about 50 targets fit in one parameter. */
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
    /** Absent if it is the default of routes.yaml. */
    retryForSeconds: { type: 'integer', minimum: 1 },
    /** The ARN, with `*` in place of the account. */
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
          paused: { const: true },
          filter: { type: 'object' },
          /** ARNs, or only names for functions of the target's own account and region. */
          replaces: { type: 'array', minItems: 1, items: { type: 'string' } },
        },
      },
    },
  },
} as const;
