/** How a target function is invoked. */
export const Invocation = {
  /** Lambda queues the records at the target, up to 1 MB in one call. */
  EVENT: 'event',
  /** The forwarder waits for the result, in order, up to 6 MB in one call. */
  REQUEST_RESPONSE: 'request-response',
} as const;

/** How a target function is invoked. */
export type Invocation = (typeof Invocation)[keyof typeof Invocation];

/** What happens to records that a target does not accept. */
export const OnFailure = {
  /** They wait in the retry queue of the route, and the stream goes on. */
  PARK: 'park',
  /** The stream waits until the target accepts them, in strict order. */
  BLOCK: 'block',
} as const;

/** What happens to records that a target does not accept. */
export type OnFailure = (typeof OnFailure)[keyof typeof OnFailure];

/** Which roles a forwarder may assume. */
export const AssumeRoles = {
  /** The roles of its routes, by ARN. */
  LISTED: 'listed',
  /**
   * All roles of the organization whose names match the pattern of route roles. Needed for more than about 1,000 roles.
   * Requires `organizationId`.
   */
  ORGANIZATION: 'organization',
} as const;

/** Which roles a forwarder may assume. */
export type AssumeRoles = (typeof AssumeRoles)[keyof typeof AssumeRoles];

/** What the metrics of a forwarder count. */
export const MetricsBy = {
  /** Each target and its route. */
  TARGET: 'target',
  /** Only the route: one log line for each batch, for any number of targets. */
  ROUTE: 'route',
} as const;

/** What the metrics of a forwarder count. */
export type MetricsBy = (typeof MetricsBy)[keyof typeof MetricsBy];

/** The lowest severity of log lines that a forwarder writes. */
export const LogLevel = {
  /** Everything. */
  INFO: 'info',
  /** Warnings and errors. */
  WARN: 'warn',
  /** Errors. */
  ERROR: 'error',
} as const;

/** The lowest severity of log lines that a forwarder writes. */
export type LogLevel = (typeof LogLevel)[keyof typeof LogLevel];
