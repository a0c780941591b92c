/** A function in the source account that reads streams, with its settings. */
export interface Forwarder {
  /** Key of `forwarders`, and the value of `forwarder` of its routes. */
  name: string;
  /**
   * The memory of the function. 128–10240 MB.
   *
   * @default 512
   */
  memoryMB: number;
  /**
   * The timeout of the function: the maximum time for one batch. 10–900 s.
   *
   * @default 60
   */
  timeoutSeconds: number;
  /**
   * Concurrent invocations of the account that are reserved for this function. 1–900.
   *
   * @default none reserved
   */
  reservedConcurrency: number | undefined;
  /**
   * Whether AWS X-Ray traces invocations.
   *
   * @default false
   */
  tracing: boolean;
  /**
   * Which roles the forwarder may assume. listed: the roles of its routes, by ARN. organization: all roles of the
   * organization whose names match the pattern of route roles; needed for more than about 1,000 roles.
   *
   * @default listed
   */
  assumeRoles: 'listed' | 'organization';
  /**
   * What the metrics count. target: each target and its route. route: only the route, which writes one log line for each
   * batch, for any number of targets.
   *
   * @default target
   */
  metrics: 'target' | 'route';
  /**
   * The lowest severity of log lines that are written.
   *
   * @default info
   */
  logLevel: LogLevel;
  /**
   * How long CloudWatch Logs keeps the log lines.
   *
   * @default 30
   */
  logRetentionDays: number;
  /** Absent: the function has no network of the account. */
  vpc?: Vpc;
  /** ARN; absent: its code need not be signed. */
  codeSigningConfigArn?: string;
}

export interface Vpc {
  subnets: readonly string[];
  securityGroups: readonly string[];
}

/** The severity of a log line. */
export type LogLevel = 'info' | 'warn' | 'error';
