/** An error as AWS's services answer it. */
export class AwsError extends Error {
  override readonly name = 'AwsError';
  /** AWS's own name for it, e.g. `ResourceNotFoundException`. */
  readonly code: string;
  /** HTTP status. */
  readonly status: number;
  /** Why calls of Lambda are throttled, and after how many seconds to ask again. */
  readonly throttle: { reason: string; retryAfterSeconds: number } | undefined;

  constructor(code: string, message: string, status = 400, throttle?: AwsError['throttle']) {
    super(message);
    this.code = code;
    this.status = status;
    this.throttle = throttle;
  }

  /** Whether an invocation that met it can be made again as it is: too many at once, or Lambda is at fault. */
  get isPassing(): boolean {
    return this.status === 429 || this.status >= 500;
  }
}

/** Thrown for what AWS may well do and the local AWS does not: it refuses rather than guess. */
export class NotSupportedError extends Error {
  override readonly name = 'NotSupportedError';

  constructor(what: string, where: string) {
    super(`${where}: the local AWS does not know ${what}`);
  }
}
