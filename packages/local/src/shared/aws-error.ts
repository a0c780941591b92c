/** An error that a service of AWS answers with. */
export class AwsError extends Error {
  override readonly name = 'AwsError';
  /** AWS's name of the error, e.g. `ResourceNotFoundException`. */
  readonly code: string;
  /** HTTP status. */
  readonly status: number;
  /** Why Lambda throttles the call, and after how many seconds to call again. */
  readonly throttle: { reason: string; retryAfterSeconds: number } | undefined;

  constructor(code: string, message: string, status = 400, throttle?: AwsError['throttle']) {
    super(message);
    this.code = code;
    this.status = status;
    this.throttle = throttle;
  }

  /** Whether the same invocation may succeed later: there were too many at once, or Lambda failed. */
  get isPassing(): boolean {
    return this.status === 429 || this.status >= 500;
  }
}

/** Thrown for what AWS supports and the local AWS does not. It never ignores a setting. */
export class NotSupportedError extends Error {
  override readonly name = 'NotSupportedError';

  constructor(what: string, where: string) {
    super(`${where}: the local AWS does not know ${what}`);
  }
}
